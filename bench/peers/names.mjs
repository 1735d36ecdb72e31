/** What all ratios refer to: bytes, as a response or a cache needs them. */
export const BASELINE = 'JSON.stringify + Buffer.from'

/** The peer that has targets of its own. */
export const FAST_JSON = 'fast-json-stringify + Buffer.from'
