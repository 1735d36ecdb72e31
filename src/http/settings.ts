// Options as users give them, and as they are used: checked once, together with what is kept between requests.

import { isOptions, OPTIONS_EXPECTED } from '../errors.ts'
import { type CompressionOptions, PageCompressor } from './compress.ts'
import { type Envelope, itemsEnvelope } from './envelope.ts'
import { PageNegotiator } from './negotiate.ts'
import { HttpOptionError } from './problem.ts'
import { UrlMemory } from './url-memory.ts'

export interface PageOptions {
  /** Rows of a page when the client names no number. Default 20. */
  readonly defaultLimit?: number | undefined
  /** Most rows a client may ask for. Default 100. */
  readonly maxLimit?: number | undefined
  /** Pages of more bytes are refused with a 400 naming the limit. Default 16 MiB. */
  readonly maxPageBytes?: number | undefined
  /** `'array'` (default): the rows alone; `'items'`: `{items,total,next}`; or a head and a tail of your own. */
  readonly envelope?: 'array' | 'items' | Envelope | undefined
  /** Whether clients are led on by offset (default) or by snapshot-stable cursor. */
  readonly links?: 'offset' | 'cursor' | undefined
  /** What to put before the `?` of links. Default `''`: references relative to the request's own URL. */
  readonly linkBase?: string | undefined
  /** `Cache-Control` of pages; false leaves it out. Default `private, no-cache`: keep, but ask each time. */
  readonly cacheControl?: string | false | undefined
  /** Offer `application/x-ndjson` too. Default true. */
  readonly ndjson?: boolean | undefined
  /** What to compress and keep; false leaves compression to a proxy. */
  readonly compression?: false | CompressionOptions | undefined
}

/**
 * Checked options and what belongs to them: remembered negotiations and kept compressed pages. Routes that
 * share one share its budget. The versions of all sources used with one must differ when their bytes do.
 *
 * @throws HttpOptionError for values that cannot be meant
 */
export class PageSettings {
  readonly defaultLimit: number
  readonly maxLimit: number
  readonly maxPageBytes: number
  readonly envelope: Envelope | undefined
  readonly links: 'offset' | 'cursor'
  readonly linkBase: string
  readonly cacheControl: string | false
  /** Kept as they were given: to another copy of this package these settings are options. */
  readonly ndjson: boolean
  readonly compression: false | CompressionOptions
  /** The `Vary` field, `''` when nothing is negotiated. */
  readonly vary: string
  readonly negotiator: PageNegotiator
  readonly urls: UrlMemory
  readonly compressor: PageCompressor | undefined

  constructor(options: PageOptions = {}) {
    if (!isOptions(options)) throw new HttpOptionError('options', OPTIONS_EXPECTED, options)
    this.maxLimit = positive('maxLimit', options.maxLimit ?? 100)
    this.defaultLimit = positive('defaultLimit', options.defaultLimit ?? Math.min(20, this.maxLimit))
    if (this.defaultLimit > this.maxLimit) {
      throw new HttpOptionError('defaultLimit', `at most maxLimit (${this.maxLimit})`, this.defaultLimit)
    }
    this.urls = new UrlMemory({ defaultLimit: this.defaultLimit, maxLimit: this.maxLimit })
    this.maxPageBytes = positive('maxPageBytes', options.maxPageBytes ?? 16 * 1024 * 1024)
    this.envelope = envelopeOf(options.envelope)
    this.links = linksOf(options.links ?? 'offset')
    this.linkBase = linkBaseOf(options.linkBase ?? '')
    this.cacheControl = cacheControlOf(options.cacheControl ?? 'private, no-cache')
    this.compression = compressionOf(options.compression ?? true)
    this.compressor = this.compression === false ? undefined : new PageCompressor(this.compression)
    this.ndjson = options.ndjson ?? true
    if (typeof this.ndjson !== 'boolean') throw new HttpOptionError('ndjson', 'a boolean', this.ndjson)
    const encodings = this.compressor?.encodings ?? []
    this.negotiator = new PageNegotiator({ ndjson: this.ndjson, encodings })
    this.vary = [this.ndjson && 'Accept', encodings.length > 0 && 'Accept-Encoding']
      .filter(Boolean)
      .join(', ')
  }
}

/** Options as they are, or made into settings: handlers do it once, not per request. */
export function pageSettings(options: PageOptions | PageSettings = {}): PageSettings {
  return options instanceof PageSettings ? options : new PageSettings(options)
}

function positive(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new HttpOptionError(option, 'a whole number above 0', value)
}

function envelopeOf(envelope: PageOptions['envelope'] = 'array'): Envelope | undefined {
  if (envelope === 'array') return undefined
  if (envelope === 'items') return itemsEnvelope
  if (typeof envelope?.head === 'function' && typeof envelope.tail === 'function') return envelope
  throw new HttpOptionError('envelope', "'array', 'items' or { head, tail }", envelope)
}

/** `true` is what the default is. */
function compressionOf(compression: boolean | CompressionOptions): false | CompressionOptions {
  if (typeof compression === 'boolean') return compression && {}
  if (typeof compression === 'object') return compression
  throw new HttpOptionError('compression', 'false or an object', compression)
}

function linksOf(links: 'offset' | 'cursor'): 'offset' | 'cursor' {
  if (links === 'offset' || links === 'cursor') return links
  throw new HttpOptionError('links', "'offset' or 'cursor'", links)
}

function cacheControlOf(value: string | false): string | false {
  if (value === false || (typeof value === 'string' && /^[\t\x20-\x7e]+$/.test(value))) return value
  throw new HttpOptionError('cacheControl', 'a field value, or false', value)
}

function linkBaseOf(base: string): string {
  if (typeof base === 'string' && /^[\x21\x24-\x3b\x3d\x40-\x7e]*$/.test(base)) return base
  throw new HttpOptionError('linkBase', 'a URL without query, fragment or quotes', base)
}
