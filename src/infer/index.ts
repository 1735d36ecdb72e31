// `tocson/infer`: a schema from sample JSON.

export { inferSchema } from './infer-schema.ts'
export type {
  Inference,
  InferenceNote,
  InferOptions,
  Inferred,
  InferredKind,
  InferredProperty,
  StringFormat,
} from './inferred.ts'
export { toSchema } from './to-schema.ts'
export { type TypeBoxOptions, toTypeBox } from './to-typebox.ts'
