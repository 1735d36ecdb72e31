// Knows every list that was ever built, and judges pages by it: right bytes, one snapshot.

import { contentVersion } from '../../../src/cache/frame.ts'
import type { SourcePage } from '../../../src/cache/source.ts'
import type { JsonList } from '../../../src/toc/json-list.ts'
import { markedList } from './lists.ts'

export interface Verdicts {
  right: number
  wrong: string[]
}

/** One list under test: each call of `build` makes a new generation of it. */
export class Witness {
  builds = 0
  readonly verdicts: Verdicts = { right: 0, wrong: [] }
  readonly #lists = new Map<string, JsonList>()
  readonly #name: string
  readonly #rowCount: number
  readonly #generations: number

  /** After `generations` builds the contents repeat, so that versions come back too. */
  constructor(name: string, rowCount: number, generations = 40) {
    this.#name = name
    this.#rowCount = rowCount
    this.#generations = generations
  }

  readonly build = (): JsonList => {
    this.builds += 1
    return this.generation(this.builds)
  }

  generation(number: number): JsonList {
    const list = markedList(`${this.#name} ${number % this.#generations}`, this.#rowCount + (number % 7))
    this.#lists.set(contentVersion(list), list)
    return list
  }

  /** Every byte, the counts and the rows, against the list that the page's version names. */
  judge(page: SourcePage, offset: number, limit: number): void {
    const fault = this.#faultOf(page, offset, limit)
    if (fault === undefined) this.verdicts.right += 1
    else this.verdicts.wrong.push(fault)
  }

  #faultOf(page: SourcePage, offset: number, limit: number): string | undefined {
    const list = this.#lists.get(page.version)
    if (list === undefined) return `${this.#name}: version ${page.version} was never built`
    const expected = list.page(offset, limit)
    if (page.total !== list.length || page.count !== expected.count)
      return `${this.#name}: counts of ${page.version}`
    const bytes = Buffer.concat(page.chunks())
    if (page.byteLength !== bytes.byteLength) return `${this.#name}: byteLength ${page.byteLength}`
    if (!bytes.equals(expected.toBuffer())) return `${this.#name}: wrong bytes at ${offset}, ${limit}`
    return undefined
  }
}
