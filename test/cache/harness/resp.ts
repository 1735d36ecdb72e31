// Where a RESP2 or RESP3 reply ends: all that is needed to hand replies to the wrong request.

import type { Buffer } from 'node:buffer'

/** End of the reply that starts at `start`, or `undefined` while it is not all there. */
export function replyEnd(bytes: Buffer, start: number): number | undefined {
  const lineEnd = bytes.indexOf('\r\n', start, 'latin1')
  if (start >= bytes.byteLength || lineEnd < 0) return undefined
  const type = String.fromCharCode(bytes[start]!)
  const next = lineEnd + 2
  const length = Number(bytes.toString('latin1', start + 1, lineEnd))
  switch (type) {
    case '$':
    case '=':
    case '!': {
      const end = length < 0 ? next : next + length + 2
      return end <= bytes.byteLength ? end : undefined
    }
    case '*':
    case '~':
    case '>':
      return itemsEnd(bytes, next, length)
    case '%':
      return itemsEnd(bytes, next, 2 * length)
    default:
      return next
  }
}

function itemsEnd(bytes: Buffer, start: number, count: number): number | undefined {
  let at: number | undefined = start
  for (let item = 0; item < count && at !== undefined; item += 1) at = replyEnd(bytes, at)
  return at
}
