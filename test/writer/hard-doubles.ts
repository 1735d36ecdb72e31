// The doubles that are hardest to print shortest: for each binary exponent, the significands for which a
// decision hangs on the last bits of the product.
//
// A double s * 2^e lies at x = s * a in units of 10^k, a = 2^e / 10^k, where 10^(k-1) <= 2^e < 10^k. Deciding
// between decimals is hard where 10 * x is nearly half-way between integers, and where an end of its
// interval, (2s +- 1) * a / 2, nearly is an integer. Both ask for the integers t of a range for which t *
// alpha mod 1 falls into a small window, which the Euclidean algorithm finds.

const SCALE_BITS = 144n
const ONE = 1n << SCALE_BITS
const SIGNIFICAND_MIN = 1n << 52n
const SIGNIFICAND_MAX = (1n << 53n) - 1n
const SUBNORMAL_EXPONENT = -1074
const EXPONENT_MAX = 971

/** About `perExponent` doubles for each exponent and kind of decision. */
export function hardDoubles(perExponent: number): Float64Array {
  const found: bigint[] = []
  for (let exponent = SUBNORMAL_EXPONENT; exponent <= EXPONENT_MAX; exponent++) {
    const place = placeInUnits(exponent)
    const biased = BigInt(exponent + 1075) << 52n
    collect(biased, SIGNIFICAND_MIN, SIGNIFICAND_MAX, place, perExponent, found)
    if (exponent === SUBNORMAL_EXPONENT) collect(0n, 1n, SIGNIFICAND_MIN - 1n, place, perExponent, found)
  }
  return new Float64Array(BigUint64Array.from(found).buffer)
}

function collect(
  biased: bigint,
  first: bigint,
  last: bigint,
  place: bigint,
  count: number,
  found: bigint[],
): void {
  const window = (ONE * BigInt(count)) / (2n * (last - first + 1n))
  const add = (significand: bigint) => {
    if (significand < first || significand > last) return
    found.push(biased + (significand & (SIGNIFICAND_MIN - 1n)))
  }
  for (const t of hits(10n * place, first, last, ONE / 2n, window, 4 * count)) add(t)
  // An end of an interval is half of an odd number of places; both doubles that share it are hard.
  for (const t of hits(place, first - 1n, last, -place / 2n, window, 4 * count)) {
    add(t)
    add(t + 1n)
  }
}

/** 2^exponent / 10^k, between 1/10 and 1, times ONE. */
function placeInUnits(exponent: number): bigint {
  const k = Math.floor(exponent * Math.log10(2)) + 1
  const numerator = (exponent > 0 ? 1n << BigInt(exponent) : 1n) * (k < 0 ? 10n ** BigInt(-k) : 1n)
  const denominator = (exponent < 0 ? 1n << BigInt(-exponent) : 1n) * (k > 0 ? 10n ** BigInt(k) : 1n)
  return (numerator * ONE) / denominator
}

/**
 * The first t in [first, last] for which t * alpha lies within `window` of `centre`, modulo ONE. Where the
 * exponent is near zero, alpha has a small denominator and hits are endless, hence `countMax`.
 */
function* hits(
  alpha: bigint,
  first: bigint,
  last: bigint,
  centre: bigint,
  window: bigint,
  countMax: number,
): Generator<bigint> {
  const step = modulo(alpha, ONE)
  let t = first
  for (let count = 0; count < countMax; count++) {
    const low = modulo(centre - window - t * alpha, ONE)
    const high = low + 2n * window
    const ahead = high >= ONE ? 0n : firstMultipleWithin(step, ONE, low, high)
    if (ahead < 0n || t + ahead > last) return
    t += ahead
    yield t++
  }
}

/** The least x >= 0 with low <= a * x mod m <= high, or -1; 0 <= a < m, 0 <= low <= high < m. */
function firstMultipleWithin(a: bigint, m: bigint, low: bigint, high: bigint): bigint {
  if (low === 0n) return 0n
  if (a === 0n) return -1n
  if (2n * a > m) return firstMultipleWithin(m - a, m, m - high, m - low)
  const steps = (low + a - 1n) / a
  if (steps * a <= high) return steps
  const wraps = firstMultipleWithin(modulo(-m, a), a, low % a, high % a)
  return wraps < 0n ? -1n : (low + m * wraps + a - 1n) / a
}

function modulo(value: bigint, m: bigint): bigint {
  const rest = value % m
  return rest < 0n ? rest + m : rest
}
