// Lists of about 1 MB that can be made again from their number, quickly.

import type { JsonList } from '../../../src/toc/json-list.ts'
import { listOf } from './lists.ts'

export function crashList(generation: number): JsonList {
  return listOf(Array.from({ length: 30 }, (_, index) => ({ generation, index, fill: 'x'.repeat(35_000) })))
}
