// How cached lists are usually served: the cache gives back the whole list as bytes, and each request parses
// all of it, takes its slice, and serializes that again. Here only to be compared with.

import { Buffer } from 'node:buffer'

/** A source of the same pages as `listSource(list)`, so that everything around it is the same too. */
export function naiveSource(list) {
  return {
    page({ offset, limit }) {
      if (offset === undefined) throw Object.assign(new Error('no cursors here'), { code: 'CURSOR_INVALID' })
      const rows = JSON.parse(list.blob.toString())
      const slice = rows.slice(offset, offset + limit)
      const json = Buffer.from(JSON.stringify(slice))
      return {
        offset: Math.min(offset, rows.length),
        count: slice.length,
        total: rows.length,
        byteLength: json.byteLength,
        version: 'naive',
        chunks: () => [json],
        rows: () => slice.map(row => Buffer.from(JSON.stringify(row))),
      }
    },
  }
}
