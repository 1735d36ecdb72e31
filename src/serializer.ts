// compile(): the whole pipeline on one screen.
//
//     schema ── compileSchema ──> spec                                        once
//     rows ──── pack ──> packed rows ── kernel.write ──> bytes + offsets      per chunk of rows
//     chunks ── ListBuilder ──> JsonList { blob, toc } ── page, slice         per list
//
// `serializeAsync` and `stream` do the same in slices between which the event loop runs: see toc/row-pump.ts.

import { Buffer } from 'node:buffer'
import type { StaticDecode, TSchema } from 'typebox'
import { ColumnFormat } from './columns/column-format.ts'
import { ColumnList } from './columns/column-list.ts'
import type { Columns, ColumnsOptions } from './columns/types.ts'
import { assertOptions, isOptions, SchemaError } from './errors.ts'
import { toSerializeError } from './pack/border.ts'
import { isInstance } from './pack/failure.ts'
import { createPacker, type Packer } from './pack/packer.ts'
import { PackedFormat, packedListOf, type UnpackOptions } from './packed/packed-format.ts'
import { PackedList } from './packed/packed-list.ts'
import type { Accepted } from './spec/accepted.ts'
import { compileSchema } from './spec/compile-schema.ts'
import type { CompileOptions, Spec } from './spec/spec.ts'
import {
  type BuildOptions,
  buildJobOf,
  type Engine,
  type StreamOptions,
  streamJobOf,
} from './toc/async-options.ts'
import { buildList } from './toc/build-list.ts'
import { buildFromChunks, type ChunkSource } from './toc/chunk-source.ts'
import type { JsonList } from './toc/json-list.ts'
import { ListBuild } from './toc/list-build.ts'
import type { OwnBuffer } from './toc/own-buffer.ts'
import type { PresentRows, Rows } from './toc/row-source.ts'
import { RowStream } from './toc/row-stream.ts'
import { CHUNK_LIMITS, type Kernel } from './writer/kernel.ts'
import { kernels } from './writer/kernel-pool.ts'

/** What `serialize` takes for a schema: its decoded type, so a codec's input is what its `encode` takes. */
export type Input<S extends TSchema> = StaticDecode<S>

/**
 * Compiles a schema, a TypeBox one or plain JSON Schema, once; the serializer is made to be kept.
 *
 * @throws SchemaError when the schema says a shape that cannot be honoured: where, and which keyword
 * @example
 * const movies = compile(Type.Object({ id: Type.Integer(), released: DateTime() }))
 * const list = movies.serialize(rows)
 * response.end(list.page(40, 20).toBuffer())
 */
export function compile<const S extends TSchema>(
  schema: S,
  options: CompileOptions = {},
): Serializer<Input<S>> {
  if (!isOptions(options)) throw new SchemaError('SCHEMA_INVALID', '', 'options', 'must be an object')
  return new Serializer<Input<S>>(compileSchema(schema, options), options.codegen !== false)
}

/** Writes rows of one schema as JSON. Made by `compile`; holds no state between calls but the usual size of a row. */
export class Serializer<T> {
  /** The compiled schema; `describe(spec)` prints it. */
  readonly spec: Spec
  /** How rows are read: by generated code, or by the interpreter where code generation is forbidden. */
  readonly packer: Packer['kind']
  readonly #packRows: Packer['packRows']
  readonly #packedFormat: PackedFormat
  readonly #columnFormat: ColumnFormat
  readonly #engine: Engine
  #rowBytes = 0

  constructor(spec: Spec, codegen: boolean) {
    const packer = createPacker(spec, codegen)
    this.spec = spec
    this.packer = packer.kind
    this.#packRows = packer.packRows
    this.#packedFormat = new PackedFormat(spec, packer)
    this.#columnFormat = new ColumnFormat(spec, packer)
    this.#engine = { spec, packRows: packer.packRows, openChunks: rows => this.#openChunks(rows) }
  }

  /**
   * Serializes rows to one JSON array and its toc.
   *
   * @param rows any iterable; an array is read by index, its length once. Or packed rows, see `pack`, or columns: their
   *   JSON is written without making objects of them
   * @returns a list that owns its bytes
   * @throws SerializeError at the first value that does not fit: nothing has been emitted
   * @throws PackedError when packed rows are damaged, or of another schema
   */
  serialize(rows: PresentRows<T | Accepted<T>> | PackedList | ColumnList): JsonList {
    const chunks = this.#openChunks(rows)
    const kernel = kernels.acquire()
    try {
      const { spec } = this
      const job = { kernel, spec, packRows: this.#packRows, limits: CHUNK_LIMITS, rowBytes: this.#rowBytes }
      const builder = chunks ? buildFromChunks(job, chunks) : buildList(job, rows)
      if (builder.rowCount > 0) this.#rowBytes = builder.byteLength / builder.rowCount
      return builder.finish()
    } finally {
      kernels.release(kernel)
    }
  }

  /**
   * Serializes columns to the list that `serialize` gives for the rows they make up, without making those rows.
   * docs/columns.md has all forms of columns, and how each is converted.
   *
   * @param columns by the name of their property: arrays, typed arrays, dictionaries, times in a unit, UTF-8,
   *   lists, structs, with bitmaps for nulls. Or an Arrow table or record batch: `tocson/arrow` reads files
   * @returns a list that owns its bytes
   * @throws SerializeError for columns that do not fit each other or the schema (path `/rating`), and at the
   *   first value that does not fit (path `/412/rating`), as for rows
   * @throws OptionError
   * @example
   * flights.serializeColumns({ delay: Int16Array.of(3, -1), from: { indices, dictionary: ['OSL', 'BGO'] } })
   * flights.serializeColumns(readArrow(await readFile('flights.arrow')))
   */
  serializeColumns(columns: Columns<T>, options?: ColumnsOptions): JsonList
  serializeColumns(columns: Columns, options: ColumnsOptions & { readonly unknownColumns: 'drop' }): JsonList
  serializeColumns(columns: Columns, options: ColumnsOptions = {}): JsonList {
    return this.serialize(new ColumnList(columns, options))
  }

  /**
   * Serializes rows in slices of a few milliseconds, between which the event loop runs, and serves pages meanwhile.
   * An array is read by index, its length once, now; other rows are taken as they come.
   *
   * @returns a promise of the same list that `serialize` gives. It rejects with a SerializeError at the first value
   *   that does not fit or when the source throws (USER_CODE), and with an AbortedError when the signal is aborted;
   *   the source is closed then.
   * @throws OptionError
   * @example
   * const build = movies.serializeAsync(cursor, { signal, onProgress: ({ rows }) => bar.update(rows) })
   * const first = await build.page(0, 100)
   * const list = await build
   */
  serializeAsync(
    rows: Rows<T | Accepted<T>> | PackedList | ColumnList,
    options?: BuildOptions & { readonly rowMode?: 'object' | undefined },
  ): ListBuild
  serializeAsync(
    rows: Rows<readonly unknown[]>,
    options: BuildOptions & { readonly rowMode: 'array' },
  ): ListBuild
  serializeAsync(rows: unknown, options: BuildOptions = {}): ListBuild {
    const job = buildJobOf(this.#engine, options)
    const build = new ListBuild({ ...job, rowBytes: this.#rowBytes }, rows)
    build.then(
      ({ length, blob }) => {
        if (length > 0) this.#rowBytes = blob.byteLength / length
      },
      () => undefined,
    )
    return build
  }

  /**
   * Serializes rows to a stream, as fast as it is read and in constant memory: the array that `serialize` gives, or
   * one line a row.
   *
   * @returns a Node `Readable` of buffers; `toWeb()` gives a web stream, `toc` the toc at the end. It is destroyed
   *   with the errors `serializeAsync` rejects with, and closes the source when it is destroyed.
   * @throws OptionError
   * @example
   * await pipeline(movies.stream(cursor, { format: 'ndjson' }), response)
   */
  stream(
    rows: Rows<T | Accepted<T>> | PackedList | ColumnList,
    options?: StreamOptions & { readonly rowMode?: 'object' | undefined },
  ): RowStream
  stream(rows: Rows<readonly unknown[]>, options: StreamOptions & { readonly rowMode: 'array' }): RowStream
  stream(rows: unknown, options: StreamOptions = {}): RowStream {
    return new RowStream(streamJobOf(this.#engine, options), rows)
  }

  /**
   * Packs rows into bytes: checked once, to be kept or sent and made rows or JSON of again. See docs/FORMAT.md.
   *
   * @param rows as for `serialize`; columns are packed without making rows of them
   * @returns bytes the caller owns
   * @throws SerializeError at the first value that does not fit
   * @example
   * const bytes = movies.pack(rows)
   * const copies = movies.unpack(bytes)
   * const list = movies.serialize(new PackedList(bytes))   // as movies.serialize(rows)
   */
  pack(rows: PresentRows<T | Accepted<T>> | ColumnList): Buffer {
    const chunks = this.#openChunks(rows)
    return chunks ? this.#packedFormat.packChunks(chunks) : this.#packedFormat.pack(rows)
  }

  /**
   * Makes rows of what `pack` made of them. Only what the schema names is there: plain objects, a Date for every date
   * and time that was not text, milliseconds for a duration, bigint, `Uint8Array` for bytes, defaults filled in. The
   * value of a codec comes as its `encode` gave it. Strings share the memory of their chunk's text.
   *
   * @param packed bytes from anywhere: whatever they hold, the result is rows of this schema or an error
   * @throws PackedError when the bytes are damaged, or of another schema
   * @throws OptionError for `records` that are neither `'object'` nor `'map'`
   */
  unpack(packed: Uint8Array | PackedList, options: UnpackOptions = {}): T[] {
    assertOptions(options)
    return this.#packedFormat.unpack(packedListOf(packed), options) as T[]
  }

  /**
   * Serializes one value.
   *
   * @returns its JSON in a buffer the caller owns
   * @throws SerializeError when the value does not fit; the path then has no row index
   */
  serializeOne(value: T | Accepted<T>): OwnBuffer {
    const kernel = kernels.acquire()
    try {
      kernel.open(this.spec)
      this.#packOne(kernel, value)
      const byteLength = kernel.end - kernel.start - 1
      const json = Buffer.allocUnsafe(byteLength)
      kernel.bytes.copy(json, 0, kernel.start, kernel.end - 1)
      return json
    } finally {
      kernels.release(kernel)
    }
  }

  /** What comes in a form of its own. @throws TocsonError */
  #openChunks(rows: unknown): ChunkSource | undefined {
    if (isInstance(rows, PackedList)) return this.#packedFormat.open(rows)
    if (isInstance(rows, ColumnList)) return this.#columnFormat.open(rows.columns, rows.options)
    return undefined
  }

  #packOne(kernel: Kernel, value: unknown): void {
    try {
      this.#packRows(kernel.packed, [value], 0, 1)
      kernel.write(1)
    } catch (error) {
      throw toSerializeError(error, this.spec, kernel.packed, undefined)
    }
  }
}
