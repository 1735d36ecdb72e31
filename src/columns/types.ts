// What columns may be given as.

/** A typed array of numbers. */
export type NumberArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array

/** `Float16Array` of Node 24, by its structure: the libraries of older compilers do not have it. */
export interface HalfArray {
  readonly [index: number]: number
  readonly length: number
  readonly buffer: ArrayBufferLike
  readonly [Symbol.toStringTag]: 'Float16Array'
}

export type BigintArray = BigInt64Array | BigUint64Array

/**
 * Which values are there: bit `i % 8` of byte `Math.floor(i / 8)` is 1 where value `i` is, 0 where it is
 * null.
 */
export type ValidityBitmap = Uint8Array

/** What the numbers of a time column count, from 1970-01-01T00:00:00Z or midnight on, or as a duration. */
export type TimeUnit = 'day' | 's' | 'ms' | 'us' | 'ns'

interface Nullable {
  readonly validity?: ValidityBitmap | undefined
}

/** Values as rows would hold them. */
export interface ValuesColumn extends Nullable {
  readonly values: readonly unknown[] | NumberArray | HalfArray | BigintArray
}

/**
 * Days, times and durations. What is finer than a millisecond is cut off, towards 1970, from times; durations
 * have all of it.
 */
export interface TimesColumn extends Nullable {
  readonly values: readonly (number | bigint | null)[] | NumberArray | HalfArray | BigintArray
  readonly unit: TimeUnit
}

/**
 * Decimals: integers that count units of 10^-`scale`, -128 to 128. Exact as text and as integers, the nearest
 * double at properties of numbers.
 */
export interface DecimalsColumn extends Nullable {
  readonly values: BigInt64Array | Int32Array
  readonly scale: number
}

/** Value `i` is `dictionary[indices[i]]`. */
export interface DictionaryColumn extends Nullable {
  readonly indices: NumberArray | BigintArray
  readonly dictionary: ColumnInput
}

/** Text in UTF-8: value `i` is bytes `[offsets[i], offsets[i + 1])`; one offset more than values. */
export interface TextColumn extends Nullable {
  readonly text: Uint8Array
  readonly offsets: NumberArray | BigintArray
}

/** Bytes, for a property of bytes: as `TextColumn`. */
export interface BytesColumn extends Nullable {
  readonly bytes: Uint8Array
  readonly offsets: NumberArray | BigintArray
}

/** Booleans, a bit each, in the order of `ValidityBitmap`. */
export interface BitsColumn extends Nullable {
  readonly bits: Uint8Array
  readonly length: number
}

/** Lists: list `i` is elements `[offsets[i], offsets[i + 1])` of `values`; one offset more than lists. */
export interface ListColumn extends Nullable {
  readonly offsets: NumberArray | BigintArray
  readonly values: ColumnInput
}

/**
 * Maps, for a record: map `i` has keys and values `[offsets[i], offsets[i + 1])`; one offset more than maps.
 * Keys are text or integers. Of a key that comes twice the last value counts.
 */
export interface MapColumn extends Nullable {
  readonly keys: ColumnInput
  readonly values: ColumnInput
  readonly offsets: NumberArray | BigintArray
}

/** Lists of one size: list `i` is elements `[i * size, (i + 1) * size)` of `values`. */
export interface FixedListColumn extends Nullable {
  readonly size: number
  readonly values: ColumnInput
}

/** Objects: one column for each of their properties. */
export interface StructColumn extends Nullable {
  readonly fields: Readonly<Record<string, ColumnInput | undefined>>
}

/** A column of Apache Arrow: what `table.getChild(name)` gives. Seen by its structure, whoever made it. */
export interface ArrowVector {
  readonly type: { readonly typeId: number }
  readonly length: number
  readonly data: readonly unknown[]
}

export type ColumnInput =
  | readonly unknown[]
  | NumberArray
  | HalfArray
  | BigintArray
  | ValuesColumn
  | TimesColumn
  | DecimalsColumn
  | DictionaryColumn
  | TextColumn
  | BytesColumn
  | BitsColumn
  | ListColumn
  | MapColumn
  | FixedListColumn
  | StructColumn
  | ArrowVector

/** A `Table` of Apache Arrow, seen by its structure. */
export interface ArrowTable {
  readonly schema: { readonly fields: readonly { readonly name: string }[] }
  readonly batches: readonly ArrowBatch[]
}

/** A `RecordBatch` of Apache Arrow, seen by its structure. */
export interface ArrowBatch {
  readonly schema: { readonly fields: readonly { readonly name: string }[] }
  readonly data: { readonly length: number; readonly children: readonly unknown[] }
}

/**
 * Columns by the names of the properties they are, or a table of Apache Arrow. A column that is undefined is
 * one that was not given.
 */
export type Columns<T = Record<string, unknown>> =
  | { readonly [K in keyof T]?: ColumnInput | undefined }
  | ArrowTable
  | ArrowBatch

export interface ColumnsOptions {
  /** What to do with columns that the schema does not name: throw (default), or leave them out as rows do. */
  readonly unknownColumns?: 'throw' | 'drop' | undefined
}
