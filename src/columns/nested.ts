// Columns made of columns: dictionaries, lists, maps, structs.

import { Buffer } from 'node:buffer'
import { describeValue } from '../errors.ts'
import { Failure, isInstance } from '../pack/failure.ts'
import { type ColumnPath, childPath, columnError } from './checks.ts'
import { BaseColumn, type Validity } from './column.ts'
import type { Column } from './columns.ts'
import { viewOf } from './stage.ts'
import { fitOffsets, type Offsets } from './text.ts'
import type { NumberArray } from './types.ts'

/** A window ends with the list that passes this many elements. */
const WINDOW_ELEMENTS = 8 * 1024

/** The entries that indices of a column point to, decoded once. Batches share it. */
export class Dictionary {
  readonly entries: readonly unknown[]
  /** The columns that the entries are of. */
  readonly pieces: readonly Column[]
  readonly #path: ColumnPath
  readonly #fitted = new Map<unknown, Dictionary>()
  #run: AsciiRun | null | undefined

  /** @throws SerializeError with the index of an entry that cannot be decoded in its path */
  constructor(pieces: readonly Column[], path: ColumnPath) {
    this.entries = pieces.flatMap(piece => allValues(piece, path))
    this.pieces = pieces
    this.#path = path
  }

  /** With the entries that `fit` makes of its columns; they are fitted and decoded once for each `key`. */
  fitted(key: unknown, fit: (column: Column) => Column): Dictionary {
    let fitted = this.#fitted.get(key)
    if (fitted === undefined) {
      const pieces = this.pieces.map(fit)
      const isSame = pieces.every((piece, i) => piece === this.pieces[i])
      fitted = isSame ? this : new Dictionary(pieces, this.#path)
      this.#fitted.set(key, fitted)
    }
    return fitted
  }

  /** The entries as bytes; `null` when they are not all text in ASCII. */
  get run(): AsciiRun | null {
    if (this.#run === undefined) this.#run = asciiRun(this.entries)
    return this.#run
  }
}

/** Entry `i` is bytes `[offsets[i], offsets[i + 1])` of the view. */
export interface AsciiRun {
  readonly view: DataView
  readonly offsets: Int32Array
}

function asciiRun(entries: readonly unknown[]): AsciiRun | null {
  const offsets = new Int32Array(entries.length + 1)
  let end = 0
  for (const [i, entry] of entries.entries()) {
    if (typeof entry !== 'string') return null
    end += entry.length
    offsets[i + 1] = end
  }
  const bytes = Buffer.from(entries.join(''))
  return bytes.length === end ? { view: viewOf(bytes), offsets } : null
}

/** Values that repeat: an index for each into a dictionary. */
export class IndexColumn extends BaseColumn {
  readonly kind = 'dictionary'
  readonly indices: NumberArray
  readonly dictionary: Dictionary

  constructor(indices: NumberArray, dictionary: Dictionary, validity: Validity | undefined) {
    super(indices.length, validity)
    this.indices = indices
    this.dictionary = dictionary
  }

  protected present(index: number): unknown {
    const entry = this.indices[index]!
    const { entries } = this.dictionary
    if (Number.isInteger(entry) && entry >= 0 && entry < entries.length) return entries[entry]
    throw new Failure('COLUMN_INDEX', `index into a dictionary of ${entries.length}`, `number ${entry}`)
  }
}

/**
 * Every value of a column, decoded window by window.
 *
 * @throws SerializeError with the value's index in its path
 */
export function allValues(column: Column, path: ColumnPath): unknown[] {
  const values: unknown[] = []
  try {
    for (let start = 0; start < column.length; ) {
      const end = column.fit(start, column.length)
      column.prepare(start, end)
      for (let i = start; i < end; i++) values.push(column.value(i))
      start = end
    }
  } catch (error) {
    if (!isInstance(error, Failure)) throw error
    // Columns always say what they expected.
    throw columnError(error.code, childPath(path, values.length), error.expected!, error.received)
  }
  return values
}

/** Elements `[offsets[i], offsets[i + 1])` of another column for each value. */
abstract class SpanColumn extends BaseColumn {
  readonly offsets: Offsets
  readonly child: Column

  constructor(offsets: Offsets, child: Column, validity: Validity | undefined) {
    super(offsets.length - 1, validity)
    this.offsets = offsets
    this.child = child
  }

  override prepare(start: number, end: number): void {
    this.child.prepare(this.offsets[start]!, this.offsets[end]!)
  }

  override fit(start: number, end: number): number {
    const { child, offsets } = this
    const limit = fitOffsets(offsets, start, end, WINDOW_ELEMENTS)
    const first = offsets[start]!
    const last = offsets[limit]!
    const childEnd = first === last ? last : child.fit(first, last)
    return childEnd === last ? limit : fitOffsets(offsets, start, limit, childEnd - first)
  }
}

/** Lists. */
export class OffsetListColumn extends SpanColumn {
  readonly kind = 'list'

  protected present(index: number): unknown {
    const [start, end] = [this.offsets[index]!, this.offsets[index + 1]!]
    return Array.from({ length: end - start }, (_, i) => this.child.value(start + i))
  }
}

/**
 * Maps: pairs of keys, which are text or integers, and values; the child has both. Of a key that comes twice
 * the last value counts, at the first place. `ordered`: for records, which take a Map and so keep the order;
 * an object puts keys that are array indices first.
 */
export class PairsColumn extends SpanColumn {
  readonly kind = 'map'
  readonly keys: Column
  readonly items: Column
  readonly ordered: boolean

  constructor(
    offsets: Offsets,
    [keys, items]: readonly [keys: Column, items: Column],
    validity: Validity | undefined,
    ordered = false,
  ) {
    const fields = new Map([
      ['key', keys],
      ['value', items],
    ])
    super(offsets, new ObjectColumn(fields, keys.length, undefined), validity)
    this.keys = keys
    this.items = items
    this.ordered = ordered
  }

  protected present(index: number): unknown {
    const pairs = new Map<string, unknown>()
    const end = this.offsets[index + 1]!
    for (let i = this.offsets[index]!; i < end; i++)
      pairs.set(keyText(this.keys.value(i)), this.items.value(i))
    return this.ordered ? pairs : Object.fromEntries(pairs)
  }
}

export const KEYS_EXPECTED = 'map with keys of text or integers'
const KEY_KINDS: ReadonlySet<Column['kind']> = new Set(['any', 'int64', 'null', 'number', 'text'])

/** Whether the values of a column can be keys: a time could, as a number, and would be read as an integer. */
export function isKeys(column: Column): boolean {
  if (column.kind === 'dictionary') return column.dictionary.pieces.every(isKeys)
  // Vectors of several chunks are such columns, too.
  if (column.kind === 'union') return column.children.every(isKeys)
  return KEY_KINDS.has(column.kind)
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key
  if (typeof key === 'bigint' || Number.isInteger(key)) return String(key)
  throw new Failure('TYPE', KEYS_EXPECTED, `a key of ${describeValue(key)}`)
}

/** Objects: a column for each property. Not a value itself unless somebody asks for an object. */
export class ObjectColumn extends BaseColumn {
  readonly kind = 'struct'
  readonly fields: ReadonlyMap<string, Column>

  constructor(fields: ReadonlyMap<string, Column>, length: number, validity: Validity | undefined) {
    super(length, validity)
    this.fields = fields
  }

  override prepare(start: number, end: number): void {
    for (const column of this.fields.values()) column.prepare(start, end)
  }

  override fit(start: number, end: number): number {
    let fitting = end
    for (const column of this.fields.values()) fitting = column.fit(start, fitting)
    return fitting
  }

  protected present(index: number): unknown {
    return Object.fromEntries([...this.fields].map(([name, column]) => [name, column.value(index)]))
  }
}

/** Offsets of lists of one size. */
export function evenOffsets(count: number, size: number): Float64Array {
  const offsets = new Float64Array(count + 1)
  for (let i = 0; i <= count; i++) offsets[i] = i * size
  return offsets
}
