// Decimals: integers of 32 to 256 bits that count units of 10^-scale.

import { BaseColumn, exactNumber, roomFor, type Validity } from './column.ts'

/** What the property takes: a double, an integer, a bigint, or text; where it says none of it, text. */
export type DecimalForm = 'float' | 'int' | 'bigint' | 'text'

/** Arrow's precision ends at 76 digits; beyond this a decimal would be mostly zeros. */
export const SCALE_MAX = 128
/** Powers of ten up to it are exact as doubles. */
const EXACT_POWER_MAX = 22
const POWERS = Array.from({ length: EXACT_POWER_MAX + 1 }, (_, i) => Number(`1e${i}`))
const EXACT_MAX = 2n ** 53n

/**
 * Decimals in `stride` words of 32 bits each, low ones first. The window has what numbers ask for, NaN where
 * that takes more than doubles can: `value` makes it of the exact digits.
 */
export class DecimalColumn extends BaseColumn {
  readonly kind = 'decimal'
  readonly words: Int32Array
  readonly stride: number
  readonly scale: number
  readonly form: DecimalForm
  windowStart = 0
  numbers = new Float64Array(0)

  constructor(
    words: Int32Array,
    stride: number,
    scale: number,
    validity: Validity | undefined,
    form: DecimalForm = 'text',
  ) {
    super(Math.floor(words.length / stride), validity)
    this.words = words
    this.stride = stride
    this.scale = scale
    this.form = form
  }

  as(form: DecimalForm): DecimalColumn {
    if (form === this.form) return this
    return new DecimalColumn(this.words, this.stride, this.scale, this.validity, form)
  }

  override prepare(start: number, end: number): void {
    this.windowStart = start
    if (this.form === 'text') return
    const numbers = roomFor(this.numbers, end - start)
    const { form, scale } = this
    const power = POWERS[Math.abs(scale)] ?? Number.NaN
    for (let i = start; i < end; i++) {
      const count = this.#exactCount(i)
      // Of two exact doubles, division and multiplication give the double nearest to the exact result.
      const number = scale > 0 ? count / power : count * power
      const isThere = form === 'float' || (scale > 0 ? count % power === 0 : Number.isSafeInteger(number))
      numbers[i - start] = isThere ? number : Number.NaN
    }
    this.numbers = numbers
  }

  /** The count of units where it is exact as a double, else NaN. */
  #exactCount(index: number): number {
    const { stride, words } = this
    const first = index * stride
    const low = words[first]!
    if (stride === 1) return low
    const high = words[first + 1]!
    const sign = high >> 31
    for (let i = 2; i < stride; i++) if (words[first + i] !== sign) return Number.NaN
    return exactNumber(high, low >>> 0)
  }

  #count(index: number): bigint {
    const { stride, words } = this
    let count = BigInt(words[(index + 1) * stride - 1]!)
    for (let i = stride - 2; i >= 0; i--) count = (count << 32n) | BigInt(words[index * stride + i]! >>> 0)
    return count
  }

  /**
   * Digits as text; or a double, at integers and bigints where there is a fraction, which they refuse. A
   * double that has lost its fraction would pass, so that stays text, which they refuse as well.
   */
  protected present(index: number): unknown {
    const { form, scale } = this
    const number = form === 'text' ? Number.NaN : this.numbers[index - this.windowStart]!
    if (!Number.isNaN(number)) return form === 'bigint' ? BigInt(number) : number
    const count = this.#count(index)
    const text = decimalText(count, scale)
    if (form === 'text') return text
    if (form === 'float') return Number(text)
    const integer = integerOf(count, scale)
    if (integer !== undefined) return form === 'int' ? narrowed(integer) : integer
    return Number.isInteger(Number(text)) ? text : Number(text)
  }
}

/** `-12.340`: as many digits behind the point as the scale says. */
function decimalText(count: bigint, scale: number): string {
  if (scale === 0 || (scale < 0 && count === 0n)) return count.toString()
  if (scale < 0) return count.toString() + '0'.repeat(-scale)
  const digits = (count < 0n ? -count : count).toString().padStart(scale + 1, '0')
  return `${count < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** As integers of 64 bits are: up to 2^53, which is no safe integer but exact. */
function narrowed(integer: bigint): number | bigint {
  return integer <= EXACT_MAX && integer >= -EXACT_MAX ? Number(integer) : integer
}

function integerOf(count: bigint, scale: number): bigint | undefined {
  const power = 10n ** BigInt(Math.abs(scale))
  if (scale <= 0) return count * power
  return count % power === 0n ? count / power : undefined
}
