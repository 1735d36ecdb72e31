// What `compile` and the builders promise to the type checker. Checked by types.test.ts; nothing here runs.

import type { Table } from 'apache-arrow'
import Type from 'typebox'
import { expectTypeOf } from 'vitest'
import {
  type Bytes,
  type CalendarDate,
  ColumnList,
  compile,
  type DateInput,
  DateTime,
  type DateTimeInput,
  Duration,
  type DurationInput,
  type Input,
  type JsonList,
  type ListBuild,
  PackedList,
  type Page,
  Raw,
  type RowStream,
  type Serializer,
  type Time,
  type TimeInput,
} from '../../src/index.ts'
import { createWriterPool, type WriterPool } from '../../src/threads/index.ts'

type InputOf<S> = S extends Serializer<infer T> ? T : never

// TypeBox schemas

const movies = compile(
  Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    rating: Type.Union([Type.Number(), Type.Null()]),
    released: DateTime(),
    runtime: Duration(),
    note: Type.Optional(Type.String()),
    actors: Type.Array(Type.Object({ name: Type.String(), born: DateTime() })),
    kind: Type.Union([Type.Literal('film'), Type.Literal('series')]),
    size: Type.Tuple([Type.Number(), Type.Number()]),
    tags: Type.Record(Type.String(), Type.Boolean()),
    big: Type.BigInt(),
  }),
)
type Movie = InputOf<typeof movies>

expectTypeOf(movies.serializeColumns({ id: Int32Array.of(1), name: ['a'] })).toEqualTypeOf<JsonList>()
expectTypeOf(movies.serializeColumns({ schema: { fields: [] }, batches: [] })).toEqualTypeOf<JsonList>()
declare const perhaps: string[] | undefined
expectTypeOf(movies.serializeColumns({ id: [1], name: perhaps })).toEqualTypeOf<JsonList>()
/** As `lib.esnext.float16.d.ts` has it, in parts. */
declare const halves: Pick<Float32Array, number | 'length' | 'buffer' | 'at'> & {
  readonly [Symbol.toStringTag]: 'Float16Array'
}
expectTypeOf(movies.serializeColumns({ id: halves })).toEqualTypeOf<JsonList>()
expectTypeOf(movies.serializeColumns({ id: { values: halves } })).toEqualTypeOf<JsonList>()
// @ts-expect-error no property has this name
movies.serializeColumns({ nmae: ['a'] })
movies.serializeColumns({ id: [1], other: ['a'] }, { unknownColumns: 'drop' })
// @ts-expect-error a column is no single value
movies.serializeColumns({ id: 1 })

interface MovieColumns {
  readonly id: Int32Array
}
declare const movieColumns: MovieColumns
declare const arrowTable: Table
expectTypeOf(movies.serialize(new ColumnList(movieColumns))).toEqualTypeOf<JsonList>()
expectTypeOf(movies.serializeAsync(new ColumnList(arrowTable), { sliceMs: 1 })).toEqualTypeOf<ListBuild>()
expectTypeOf(movies.stream(new ColumnList({ id: [1] }))).toEqualTypeOf<RowStream>()
expectTypeOf(movies.pack(new ColumnList(movieColumns))).toEqualTypeOf<Buffer>()
movies.serializeAsync(new PackedList(movies.pack([])))
// @ts-expect-error a column is no single value
new ColumnList({ id: 1 })
// @ts-expect-error columns have no rows that could be arrays
movies.serializeAsync(new ColumnList({ id: [1] }), { rowMode: 'array' })

// What a build is given may be undefined, as a signal that is handed on
declare const handedOn: { readonly signal: AbortSignal | undefined; readonly writer: WriterPool | undefined }
const unset = { sliceMs: undefined, onProgress: undefined, rowMode: undefined }
expectTypeOf(movies.serializeAsync([], { ...handedOn, ...unset })).toEqualTypeOf<ListBuild>()
const unsetStream = { ...unset, format: undefined, highWaterMark: undefined, toc: undefined }
expectTypeOf(movies.stream([], { ...handedOn, ...unsetStream })).toEqualTypeOf<RowStream>()
const unsetCompile = { htmlSafe: undefined, nonFinite: undefined, maxDepth: undefined, schemas: undefined }
expectTypeOf(compile(Type.Integer(), { ...unsetCompile, codegen: undefined })).toEqualTypeOf<
  Serializer<number>
>()
movies.unpack(movies.pack([]), { records: undefined })
movies.serializeColumns({ id: { values: [7], validity: undefined } }, { unknownColumns: undefined })
createWriterPool({ threads: undefined, onUnavailable: undefined })
new Response(movies.stream([]).toWeb())
new Response(movies.stream([]).toWeb().pipeThrough(new CompressionStream('gzip')))
new Response(movies.serialize([]).page(0, 1).toBuffer())
new Response(compile(Type.String()).serializeOne('text'))

expectTypeOf<Movie>().toEqualTypeOf<{
  id: number
  name: string
  rating: number | null
  released: DateTimeInput
  runtime: DurationInput
  note?: string
  actors: { name: string; born: DateTimeInput }[]
  kind: 'film' | 'series'
  size: [number, number]
  tags: Record<string, boolean>
  big: bigint
}>()
expectTypeOf(movies).toEqualTypeOf<Serializer<Movie>>()
expectTypeOf(movies.serialize([] as Movie[])).toEqualTypeOf<JsonList>()
expectTypeOf(movies.serialize(new Set<Movie>())).toEqualTypeOf<JsonList>()
expectTypeOf(movies.serialize([] as Movie[]).page(0, 1)).toEqualTypeOf<Page>()
expectTypeOf(movies.serialize([] as Movie[]).toc).toEqualTypeOf<Uint32Array | Float64Array>()
expectTypeOf(movies.packer).toEqualTypeOf<'generated' | 'interpreted'>()
expectTypeOf(movies.serializeOne({} as Movie)).toExtend<Buffer>()

// Rows as they often come: readonly, null where a property may be missing, other collections.

interface StoredMovie extends Readonly<Omit<Movie, 'note' | 'actors' | 'size' | 'tags'>> {
  readonly note: string | null
  readonly actors: ReadonlySet<{ readonly name: string; readonly born: Date }>
  readonly size: readonly [number, number]
  readonly tags: ReadonlyMap<string, boolean>
}
declare const stored: readonly StoredMovie[]
expectTypeOf(movies.serialize(stored)).toEqualTypeOf<JsonList>()
expectTypeOf(movies.serializeAsync(stored.values())).toEqualTypeOf<ListBuild>()
expectTypeOf(movies.stream(stored)).toEqualTypeOf<RowStream>()
expectTypeOf(movies.pack(stored)).toEqualTypeOf<Buffer>()
movies.serializeOne(stored[0]!)
const points = compile(Type.Object({ at: Type.Array(Type.Number()), of: Type.Optional(Type.String()) }))
points.serialize([{ at: Float64Array.of(1), of: undefined }, { at: [1, 2] as const }])
const trees = compile(Type.Cyclic({ Tree: Type.Object({ of: Type.Array(Type.Ref('Tree')) }) }, 'Tree'))
trees.serializeOne({ of: [{ of: new Set([{ of: [] as const }]) }] })
/** Types that are not known yet are still taken. */
export function serializeAny<T>(serializer: Serializer<T>, rows: readonly T[]): JsonList {
  return serializer.serialize(rows)
}
// @ts-expect-error a string is no array
points.serializeOne({ at: '12' })
// @ts-expect-error not what is in the array
points.serializeOne({ at: new Set(['12']) })
// @ts-expect-error a required property is never null
points.serializeOne({ at: null })
// @ts-expect-error a record is wanted, of booleans
movies.serializeOne({ ...stored[0]!, tags: new Map([['a', 1]]) })
// @ts-expect-error what a record has is there
movies.serializeOne({ ...stored[0]!, tags: { a: null } })
// @ts-expect-error a Map has no named properties
points.serializeOne(new Map([['at', [1]]]))

// @ts-expect-error a row lacks required properties
movies.serialize([{ id: 1 }])
// @ts-expect-error a string is no integer
movies.serializeOne({ ...({} as Movie), id: '1' })
// @ts-expect-error rows, not one row
movies.serialize({} as Movie)
// @ts-expect-error no such option
compile(Type.String(), { htmlsafe: true })
// @ts-expect-error not one of the choices
compile(Type.Number(), { nonFinite: 'zero' })

// Inline JSON Schema

const inline = compile({
  type: 'object',
  properties: {
    id: { type: 'integer' },
    name: { type: 'string' },
    mood: { enum: ['good', 'bad'] },
    tags: { type: 'array', items: { type: 'string' } },
    nested: { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] },
    either: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    one: { const: 1 },
  },
  required: ['id', 'name', 'tags', 'nested', 'either', 'one'],
})
type Inline = InputOf<typeof inline>

expectTypeOf<Inline['id']>().toEqualTypeOf<number>()
expectTypeOf<Inline['name']>().toEqualTypeOf<string>()
expectTypeOf<Inline['mood']>().toEqualTypeOf<'good' | 'bad' | undefined>()
expectTypeOf<Inline['tags']>().toEqualTypeOf<string[]>()
expectTypeOf<Inline['nested']>().toEqualTypeOf<{ on: boolean }>()
expectTypeOf<Inline['either']>().toEqualTypeOf<string | null>()
expectTypeOf<Inline['one']>().toEqualTypeOf<1>()
inline.serializeOne({ id: 1, name: 'x', tags: [], nested: { on: true }, either: null, one: 1 })
// @ts-expect-error a required property is missing
inline.serializeOne({ id: 1, tags: [], nested: { on: true }, either: null, one: 1 })
// @ts-expect-error not in the enum
inline.serializeOne({ id: 1, name: 'x', mood: 'ugly', tags: [], nested: { on: true }, either: null, one: 1 })

// Codecs: what goes in is what encode takes.

const instant = Type.Codec(Type.String())
  .Decode(text => new Date(text))
  .Encode(date => date.toISOString())
const codecs = compile(Type.Object({ at: instant, all: Type.Array(instant), maybe: Type.Optional(instant) }))
expectTypeOf<InputOf<typeof codecs>>().toEqualTypeOf<{ at: Date; all: Date[]; maybe?: Date }>()
expectTypeOf<Input<typeof instant>>().toEqualTypeOf<Date>()
// @ts-expect-error the encoded form is not the input
codecs.serializeOne({ at: '2026-01-01', all: [] })

// Builders

expectTypeOf<Input<ReturnType<typeof DateTime>>>().toEqualTypeOf<DateTimeInput>()
expectTypeOf<Input<ReturnType<typeof CalendarDate>>>().toEqualTypeOf<DateInput>()
expectTypeOf<Input<ReturnType<typeof Time>>>().toEqualTypeOf<TimeInput>()
expectTypeOf<Input<ReturnType<typeof Duration>>>().toEqualTypeOf<DurationInput>()
expectTypeOf<Input<ReturnType<typeof Bytes>>>().toEqualTypeOf<Uint8Array | string>()
expectTypeOf<Input<ReturnType<typeof Raw>>>().toEqualTypeOf<string | Uint8Array>()
expectTypeOf<Date>().toExtend<DateTimeInput>()
expectTypeOf<number>().toExtend<DateTimeInput>()
expectTypeOf<{ hours: number }>().toExtend<DurationInput>()
expectTypeOf<boolean>().not.toExtend<DateTimeInput>()
DateTime({ precision: 'second', alias: 'at', omitEmpty: true, description: 'when' })
// @ts-expect-error no such precision
DateTime({ precision: 'minute' })
// @ts-expect-error no such style
Duration({ style: 'short' })
// @ts-expect-error trusted is yes or no
Raw({ trusted: 'yes' })
