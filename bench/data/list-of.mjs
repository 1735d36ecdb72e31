import { Random } from './random.mjs'

/** The `rows` of a case: `count` rows, each made by `row(random, index)`, the same for the same seed. */
export function listOf(row) {
  return (count, seed = 1) => {
    const random = new Random(seed)
    return Array.from({ length: count }, (_, index) => row(random, index))
  }
}
