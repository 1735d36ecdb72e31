// Which form and which content codings a client accepts. Clients send the same few header values over and
// over, so decisions are remembered.

import Negotiator from 'negotiator'
import { notAcceptable } from './problem.ts'
import type { PageEncoding, PageForm, RequestHeaders } from './types.ts'

export interface Negotiated {
  readonly form: PageForm
  /** Acceptable codings, best first; never empty. */
  readonly encodings: readonly PageEncoding[]
}

export interface Offers {
  readonly ndjson: boolean
  /** Codings on offer in the server's order, `identity` left out. */
  readonly encodings: readonly PageEncoding[]
}

const DECISIONS_MAX = 256
const REMEMBERED_CHARACTERS_MAX = 512

/** Clients that name the charset of JSON mean JSON, although the type has no such parameter (RFC 8259). */
const JSON_MEDIA = ['application/json', 'application/json;charset=utf-8']
const NDJSON_MEDIA = ['application/x-ndjson', 'application/x-ndjson;charset=utf-8']

/** Negotiates for one set of offers; keeps at most 256 decisions. */
export class PageNegotiator {
  /** By `Accept-Encoding`, then by `Accept`: two look-ups of short strings, nothing joined. */
  readonly #decisions = new Map<string | undefined, Map<string | undefined, Negotiated>>()
  #decisionCount = 0
  readonly #media: readonly string[]
  readonly #preferred: readonly PageEncoding[]
  readonly #encodings: readonly PageEncoding[]

  constructor(offers: Offers) {
    this.#media = offers.ndjson
      ? [JSON_MEDIA[0]!, NDJSON_MEDIA[0]!, JSON_MEDIA[1]!, NDJSON_MEDIA[1]!]
      : JSON_MEDIA
    this.#preferred = offers.encodings
    this.#encodings = [...offers.encodings, 'identity']
  }

  /** @throws HttpProblem (406) when no form, or no coding, is acceptable */
  negotiate(headers: RequestHeaders): Negotiated {
    const accept = fieldValue(headers.accept)
    const acceptEncoding = fieldValue(headers['accept-encoding'])
    const known = this.#decisions.get(acceptEncoding)?.get(accept)
    if (known !== undefined) return known
    const decision = this.#decide(accept, acceptEncoding)
    this.#remember(accept, acceptEncoding, decision)
    return decision
  }

  /** Starts over when full: made-up header values cannot fill the memory. */
  #remember(accept: string | undefined, acceptEncoding: string | undefined, decision: Negotiated): void {
    const characters = (accept?.length ?? 0) + (acceptEncoding?.length ?? 0)
    if (characters > REMEMBERED_CHARACTERS_MAX) return
    if (++this.#decisionCount > DECISIONS_MAX) {
      this.#decisions.clear()
      this.#decisionCount = 1
    }
    const byAccept = this.#decisions.get(acceptEncoding) ?? new Map<string | undefined, Negotiated>()
    byAccept.set(accept, decision)
    this.#decisions.set(acceptEncoding, byAccept)
  }

  #decide(accept: string | undefined, acceptEncoding: string | undefined): Negotiated {
    const negotiator = new Negotiator({
      // An empty Accept says nothing, as a missing one does.
      headers: { accept: accept === '' ? undefined : accept, 'accept-encoding': acceptEncoding },
    })
    const media = negotiator.mediaType(this.#media)
    if (media === undefined) throw notAcceptable('accept', this.#media.slice(0, this.#media.length / 2))
    const encodings = negotiator.encodings(this.#encodings, { preferred: this.#preferred }) as PageEncoding[]
    if (encodings.length === 0) throw notAcceptable('accept-encoding', this.#encodings)
    return { form: media.startsWith('application/json') ? 'json' : 'ndjson', encodings }
  }
}

function fieldValue(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value
}
