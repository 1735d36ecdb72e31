// Peak memory of serializing a million rows, each way in a process of its own.

import { runChild } from '../lib/child.mjs'

const ROW_COUNT = 1_000_000
const WAYS = [
  ['tocson: serialize(array)', 'tocson'],
  ['tocson: serialize(iterable)', 'iterable'],
  ['JSON.stringify + Buffer.from', 'native'],
]

/** @returns one table of bytes, not of times */
export async function memorySuite() {
  const ways = []
  for (const [name, way] of WAYS) {
    ways.push({ name, ...(await runChild('memoryWay', { way, rows: ROW_COUNT })) })
  }
  return [
    {
      title: 'memory',
      about: 'a million rows of ints-strings: resident memory above what the rows take',
      ways: ways.map(({ rowCount, ...way }) => ({
        ...way,
        peakPerBlob: way.peak / way.blob,
        tocPerRow: way.toc / rowCount,
      })),
      notes: [],
    },
  ]
}
