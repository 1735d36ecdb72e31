// The package ships no types; this is the part of it that is used.
declare module 'negotiator' {
  interface NegotiatorRequest {
    readonly headers: Readonly<Record<string, string | undefined>>
  }

  export default class Negotiator {
    constructor(request: NegotiatorRequest)
    mediaType(available: readonly string[]): string | undefined
    encodings(available: readonly string[], options: { readonly preferred: readonly string[] }): string[]
  }
}
