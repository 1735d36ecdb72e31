// What the metadata counts, and what kind of message it says it is. The reader believes it and takes what lies
// beyond the bytes for zeros: one damaged bit would have it make millions of fields out of nothing until the memory
// ends, or look at one message of a file for ever.

import { ArrowError } from './arrow-error.ts'
import { fieldAt, tableAt, vectorAt } from './flatbuffer.ts'

/** Where the vectors of a table are, and the tables that have some; fields by their position. */
interface Layout {
  readonly vectors: readonly (readonly [field: number, elementBytes: number])[]
  /** A field that is a vector of tables. */
  readonly children?: readonly [field: number, layout: () => Layout]
  /** A field that is a table. */
  readonly table?: readonly [field: number, layout: (view: DataView, table: number) => Layout]
}

const OFFSET_BYTES = 4
const BLOCK_BYTES = 24
const FOOTER_DICTIONARIES = 2
const FOOTER_BATCHES = 3

const FIELD: Layout = {
  vectors: [
    [5, OFFSET_BYTES],
    [6, OFFSET_BYTES],
  ],
  children: [5, () => FIELD],
}
const SCHEMA: Layout = {
  vectors: [
    [1, OFFSET_BYTES],
    [2, OFFSET_BYTES],
  ],
  children: [1, () => FIELD],
}
const RECORD_BATCH: Layout = {
  vectors: [
    [1, 16],
    [2, 16],
    [4, 8],
  ],
}
const DICTIONARY_BATCH: Layout = { vectors: [], table: [1, () => RECORD_BATCH] }

/** What is in a message, as it says itself. */
const SCHEMA_HEADER = 1
const DICTIONARY_HEADER = 2
const BATCH_HEADER = 3
const HEADERS = new Map([
  [SCHEMA_HEADER, SCHEMA],
  [DICTIONARY_HEADER, DICTIONARY_BATCH],
  [BATCH_HEADER, RECORD_BATCH],
])
const MESSAGE_HEADER_TYPE = 1

export const MESSAGE: Layout = {
  vectors: [[4, OFFSET_BYTES]],
  table: [
    2,
    (view, message) => {
      const layout = HEADERS.get(headerTypeOf(view, message))
      if (layout === undefined) throw new RangeError('no such message')
      return layout
    },
  ],
}
export const FOOTER: Layout = {
  vectors: [
    [FOOTER_DICTIONARIES, BLOCK_BYTES],
    [FOOTER_BATCHES, BLOCK_BYTES],
    [4, OFFSET_BYTES],
  ],
  table: [1, () => SCHEMA],
}

/**
 * @throws ArrowError when something in the metadata, all of the view, has more elements than there are bytes,
 * or when it is that of another message than `type`
 */
export function assertCounts(view: DataView, layout: Layout, type?: number): void {
  // Tables do not share tables, so there are fewer than offsets.
  let tablesLeft = view.byteLength / OFFSET_BYTES
  const visit = (table: number, { vectors, children, table: inner }: Layout): void => {
    if (--tablesLeft < 0) throw new RangeError('more tables than bytes')
    for (const [field, elementBytes] of vectors) vectorAt(view, table, field, elementBytes)
    if (children !== undefined) {
      const { start, count } = vectorAt(view, table, children[0], OFFSET_BYTES)
      for (let i = 0; i < count; i++) visit(tableAt(view, start + i * OFFSET_BYTES), children[1]())
    }
    const field = inner === undefined ? 0 : fieldAt(view, table, inner[0])
    if (inner !== undefined && field !== 0) visit(tableAt(view, field), inner[1](view, table))
  }
  try {
    visit(tableAt(view, 0), layout)
    if (type !== undefined && headerTypeOf(view, tableAt(view, 0)) !== type)
      throw new RangeError('another message')
  } catch (cause) {
    throw new ArrowError('the metadata is damaged', cause)
  }
}

function headerTypeOf(view: DataView, message: number): number {
  const field = fieldAt(view, message, MESSAGE_HEADER_TYPE)
  return field === 0 ? 0 : view.getUint8(field)
}

export interface Block {
  /** Where its message starts. */
  readonly start: number
  readonly type: number
}

/** The messages that a footer leads to. */
export function blocksOf(footer: DataView): Block[] {
  const kinds = [
    [FOOTER_DICTIONARIES, DICTIONARY_HEADER],
    [FOOTER_BATCHES, BATCH_HEADER],
  ] as const
  return kinds.flatMap(([field, type]) => {
    const { start, count } = vectorAt(footer, tableAt(footer, 0), field, BLOCK_BYTES)
    return Array.from({ length: count }, (_, i) => {
      return { start: Number(footer.getBigUint64(start + i * BLOCK_BYTES, true)), type }
    })
  })
}
