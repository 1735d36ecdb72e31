// The public names of `tocson`, listed by hand.

export { ColumnList } from './columns/column-list.ts'
export type {
  ArrowBatch,
  ArrowTable,
  ArrowVector,
  BigintArray,
  BitsColumn,
  BytesColumn,
  ColumnInput,
  Columns,
  ColumnsOptions,
  DecimalsColumn,
  DictionaryColumn,
  FixedListColumn,
  HalfArray,
  ListColumn,
  MapColumn,
  NumberArray,
  StructColumn,
  TextColumn,
  TimesColumn,
  TimeUnit,
  ValidityBitmap,
  ValuesColumn,
} from './columns/types.ts'
export {
  AbortedError,
  OptionError,
  PageError,
  SchemaError,
  type SchemaErrorCode,
  SerializeError,
  type SerializeErrorCode,
  TocError,
  TocsonError,
} from './errors.ts'
export { PackedError, type PackedErrorCode } from './packed/packed-error.ts'
export type { UnpackOptions } from './packed/packed-format.ts'
export { PackedList } from './packed/packed-list.ts'
export { compile, type Input, type Serializer } from './serializer.ts'
export type { Accepted } from './spec/accepted.ts'
export {
  Bytes,
  CalendarDate,
  type DateInput,
  DateTime,
  type DateTimeInput,
  Duration,
  type DurationInput,
  type DurationLike,
  type DurationOptions,
  type PropertyOptions,
  Raw,
  type RawOptions,
  Time,
  type TimeInput,
  type TimeOptions,
} from './spec/builders.ts'
export { describe } from './spec/describe.ts'
export type { CompileOptions, Spec } from './spec/spec.ts'
export type { BuildOptions, StreamOptions } from './toc/async-options.ts'
export type { ChunkWriter } from './toc/chunk-place.ts'
export type { StreamFormat } from './toc/framing.ts'
export { JsonList, type SharedList, type Toc } from './toc/json-list.ts'
export { ListBuild } from './toc/list-build.ts'
export type { OwnBuffer, OwnBytes } from './toc/own-buffer.ts'
export { Page } from './toc/page.ts'
export type { BuildProgress } from './toc/progress.ts'
export type { PresentRows, Rows } from './toc/row-source.ts'
export type { RowStream } from './toc/row-stream.ts'
