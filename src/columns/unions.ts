// Columns of a union: for each value it is said which child it is in. Pieces of one column are such children.

import { Failure } from '../pack/failure.ts'
import { BaseColumn } from './column.ts'
import type { Column } from './columns.ts'
import type { Offsets } from './text.ts'

/** A window ends where a child would have to decode more than so many values, most of them for nothing. */
const CHILD_VALUES_MAX = 8 * 1024

/**
 * Value `i` is of the child its type id says: value `offsets[i]` of a dense union, where the offsets of each
 * child do not go back, value `i` of a sparse one. Nulls are in the children.
 */
export class UnionColumn extends BaseColumn {
  readonly kind = 'union'
  /** Which child each value is in; one that is not there is an error when the value is read. */
  readonly childIndices: Int32Array
  readonly children: readonly Column[]
  readonly offsets: Offsets | undefined

  constructor(childIndices: Int32Array, children: readonly Column[], offsets: Offsets | undefined) {
    super(childIndices.length, undefined)
    this.childIndices = childIndices
    this.children = children
    this.offsets = offsets
  }

  /** Columns one after the other. */
  static ofPieces(pieces: readonly Column[]): UnionColumn {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
    const childIndices = new Int32Array(length)
    const offsets = new Float64Array(length)
    let start = 0
    for (const [index, piece] of pieces.entries()) {
      childIndices.fill(index, start, start + piece.length)
      for (let i = 0; i < piece.length; i++) offsets[start + i] = i
      start += piece.length
    }
    return new UnionColumn(childIndices, pieces, offsets)
  }

  override fit(start: number, end: number): number {
    const { children, offsets } = this
    if (!offsets) return children.reduce((fitting, child) => child.fit(start, fitting), end)
    let fitting = end
    for (const [child, [first, last]] of this.#ranges(offsets, start, end).entries()) {
      if (first > last) continue
      const childEnd = children[child]!.fit(first, Math.min(last + 1, first + CHILD_VALUES_MAX))
      if (childEnd > last) continue
      let i = start
      while (i < fitting && (this.childIndices[i] !== child || offsets[i]! < childEnd)) i++
      fitting = i
    }
    return fitting
  }

  override prepare(start: number, end: number): void {
    const { children, offsets } = this
    if (!offsets) for (const child of children) child.prepare(start, end)
    else {
      for (const [child, [first, last]] of this.#ranges(offsets, start, end).entries()) {
        if (first <= last) children[child]!.prepare(first, last + 1)
      }
    }
  }

  /** The first and the last value of each child in a window. */
  #ranges(offsets: Offsets, start: number, end: number): [first: number, last: number][] {
    const ranges = this.children.map((): [number, number] => [Number.POSITIVE_INFINITY, -1])
    for (let i = start; i < end; i++) {
      const range = ranges[this.childIndices[i]!]
      if (range === undefined) continue
      if (range[1] < 0) range[0] = offsets[i]!
      range[1] = offsets[i]!
    }
    return ranges
  }

  protected present(index: number): unknown {
    const child = this.children[this.childIndices[index]!]
    if (child) return child.value(this.offsets ? this.offsets[index]! : index)
    throw new Failure('COLUMN_INDEX', `type id of a union of ${this.children.length}`, 'another')
  }
}
