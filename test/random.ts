// Seeded random numbers: the same seed gives the same values on every machine (mulberry32).

export interface Random {
  /** An integer in [0, limit). */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(choices: readonly T[]): T
  /** 64 random bits as a double; any bit pattern, NaN and the infinities included. */
  double(): number
}

export function randomOf(seed: number): Random {
  let state = seed | 0
  const next32 = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const words = new Uint32Array(2)
  const doubles = new Float64Array(words.buffer)
  return {
    below: limit => Math.floor((next32() / 2 ** 32) * limit),
    chance: probability => next32() / 2 ** 32 < probability,
    pick: choices => choices[Math.floor((next32() / 2 ** 32) * choices.length)]!,
    double: () => {
      words[0] = next32()
      words[1] = next32()
      return doubles[0]!
    },
  }
}

/** A new seed for each run, or the one in TOCSON_SEED to repeat a run. */
export function testSeed(): number {
  return Number(process.env.TOCSON_SEED ?? Math.trunc(Math.random() * 2 ** 31))
}

/** TOCSON_LONG=1 asks for the full counts. */
export const isLong = process.env.TOCSON_LONG === '1'

/** TOCSON_SHORT=1 asks for few: for runs against mutants, of which there are thousands. */
export const isShort = process.env.TOCSON_SHORT === '1'

/** The scoreboard's line: what was counted, how often, and how often it was wrong. */
export function report(figure: string, count: number, failures: number): void {
  process.stdout.write(`${figure}, ${count.toLocaleString('en-US')}, ${failures}\n`)
}
