// Small helpers of the page cache's tests.

import { Buffer } from 'node:buffer'
import type { SourcePage } from '../../../src/cache/source.ts'
import type { JsonList } from '../../../src/toc/json-list.ts'
import { markedList } from './lists.ts'

export const textOf = (page: SourcePage): string => Buffer.concat(page.chunks()).toString()

/** A builder whose lists say how often it ran. */
export function countingBuild(rowCount = 100) {
  const state = {
    builds: 0,
    build(): JsonList {
      state.builds += 1
      return markedList(state.builds, rowCount)
    },
  }
  return state
}
