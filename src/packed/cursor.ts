// A place in the packed rows of one chunk, and the walkers that move it: one checks, one makes values.

/** The packed rows of a chunk and how far they were read. */
export interface Cursor {
  /**
   * The slots of this chunk and no more: what is read behind them is `undefined`, which no check lets pass.
   */
  readonly slots: Float64Array
  /** All text of the chunk. */
  readonly text: string
  readonly units: number
  position: number
  textPosition: number
  /** What the packer would have counted: the literal bytes of loops and references. */
  literalBytes: number
  /** How many references are open. */
  depth: number
}

export function cursorOf(slots: Float64Array, text: string, units: number): Cursor {
  return { slots, text, units, position: 0, textPosition: 0, literalBytes: 0, depth: 0 }
}

/** Whether the next rows are ones the kernel may write; moves the cursor behind them. */
export type CheckRows = (cursor: Cursor, rowCount: number) => boolean

/** Makes the values of checked rows: `rows[start]` and on. */
export type BuildRows = (cursor: Cursor, rows: unknown[], start: number, rowCount: number) => void
