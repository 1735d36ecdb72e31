// `tocson/http`: pages over HTTP without a framework, and what the adapters are made of.

export type { CompressedEncoding, CompressionOptions } from './compress.ts'
export { type Envelope, type EnvelopePage, itemsEnvelope } from './envelope.ts'
export { HttpOptionError, HttpProblem, type HttpProblemCode } from './problem.ts'
export { type PageQuery, type PageStyle, parsePageQuery, type QueryLimits } from './query.ts'
export { respond } from './respond.ts'
export { type PageOptions, PageSettings } from './settings.ts'
export type {
  PageEncoding,
  PageForm,
  PageHttpRequest,
  PageHttpResponse,
  PageLinks,
  RequestHeaders,
} from './types.ts'
