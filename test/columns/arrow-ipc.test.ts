import { readFileSync } from 'node:fs'
import * as zlib from 'node:zlib'
import * as arrow from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { ArrowError, readArrow } from '../../src/arrow/index.ts'
import { compile, TocsonError } from '../../src/index.ts'

const FLIGHTS = readFileSync('node_modules/vega-datasets/data/flights-200k.arrow')
const cities = {
  type: 'object',
  properties: { city: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
  required: ['city', 'at'],
} as const

/** Files have one dictionary for all batches, streams may have one for each. */
function table(count: number, format: 'file' | 'stream'): arrow.Table {
  const text = new arrow.Utf8()
  const type = format === 'file' ? text : new arrow.Dictionary(text, new arrow.Int32())
  const times = Array.from({ length: count }, (_, i) => i * 1000)
  return new arrow.Table({
    city: arrow.vectorFromArray(
      times.map((_, i) => ['Oslo', 'Tromsø'][i % 2]!),
      type,
    ) as arrow.Vector,
    at: arrow.vectorFromArray(times, new arrow.TimestampMicrosecond()),
  })
}

const ZSTD = arrow.CompressionType.ZSTD
const LZ4 = arrow.CompressionType.LZ4_FRAME
const zstd = { encode: (bytes: Uint8Array) => zlib.zstdCompressSync(bytes) }
/** What says it is LZ4 is enough for the writer; bytes that repeat become one. */
const lz4 = {
  encode: (bytes: Uint8Array) => {
    const isOne = bytes.length > 99 && bytes.every(byte => byte === bytes[0])
    return Uint8Array.of(
      4,
      34,
      77,
      24,
      0x40,
      bytes.length / 8,
      0,
      isOne ? bytes[0]! : 1,
      ...(isOne ? [] : bytes),
    )
  },
  decode: (bytes: Uint8Array) => new Uint8Array(bytes[5]! * 8).fill(bytes[7]!),
}

function compressed(whole: arrow.Table, format: 'file' | 'stream', compressionType: arrow.CompressionType) {
  const Writer = format === 'file' ? arrow.RecordBatchFileWriter : arrow.RecordBatchStreamWriter
  return new Writer({ compressionType }).writeAll(whole).finish().toUint8Array(true)
}

interface MessageBytes {
  readonly metadata: Uint8Array
  readonly body: Uint8Array
}

function messagesOf(stream: Uint8Array): MessageBytes[] {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength)
  const messages: MessageBytes[] = []
  for (let start = 0; view.getInt32(start + 4, true) > 0; ) {
    const bodyStart = start + 8 + view.getInt32(start + 4, true)
    const next = stream.findIndex((_, i) => i >= bodyStart && i % 8 === 0 && view.getInt32(i, true) === -1)
    messages.push({ metadata: stream.slice(start + 8, bodyStart), body: stream.slice(bodyStart, next) })
    start = next
  }
  return messages
}

/** A message, or a footer, that has nothing but a schema, which has nothing but its endianness. */
function emptyIpc(format: 'file' | 'stream', endianness: number): Uint8Array {
  const holder = format === 'stream' ? [12, 12, 0, 4, 8, 0] : [12, 12, 0, 8, 0, 0]
  const schema = [...[6, 8, 4, 0], ...[8, 0, endianness, 0]]
  const words = [...[16, 0], ...holder, ...[12, 0, 1, 0, 12, 0], ...schema, 0, 0]
  const metadata = Buffer.from(Uint16Array.from(words).buffer)
  const length = Buffer.from([metadata.length, 0, 0, 0])
  return format === 'stream'
    ? Buffer.concat([Buffer.alloc(4, 255), length, metadata])
    : Buffer.concat([Buffer.from('ARROW1\0\0'), metadata, length, Buffer.from('ARROW1')])
}

describe('compressed buffers', () => {
  const whole = () => table(500, 'file').concat(table(200, 'file'))

  it.each(['file', 'stream'] as const)('of ZSTD in a %s', { skip: !zlib.zstdCompressSync }, format => {
    arrow.compressionRegistry.set(ZSTD, zstd)
    const bytes = compressed(whole(), format, ZSTD)
    expect(bytes.length).toBeLessThan(arrow.tableToIPC(whole(), format).length / 2)
    const list = compile(cities).serializeColumns(readArrow(bytes))
    expect(list.blob.equals(compile(cities).serialize(whole().toArray()).blob)).toBe(true)
    // What the program has registered is as it was.
    expect(arrow.compressionRegistry.get(ZSTD)).toBe(zstd)
    arrow.compressionRegistry.set(ZSTD, {})
    expect(readArrow(bytes).numRows).toBe(700)
    expect(arrow.compressionRegistry.get(ZSTD)?.decode).toBeUndefined()
  })

  it('of ZSTD that are damaged', { skip: !zlib.zstdCompressSync }, () => {
    arrow.compressionRegistry.set(ZSTD, zstd)
    const bytes = compressed(whole(), 'stream', ZSTD)
    const magic = [0x28, 0xb5, 0x2f, 0xfd]
    const starts = [...bytes.keys()].filter(i => magic.every((byte, j) => bytes[i + j] === byte))
    expect(starts.length).toBeGreaterThan(2)
    for (const start of starts) {
      for (let i = start; i < start + 20; i++) {
        const damaged = bytes.slice()
        damaged[i]! ^= 0xff
        // A size may be wrong and the rest right: then what is read is too short, or not there.
        try {
          compile(cities).serializeColumns(readArrow(damaged))
        } catch (error) {
          expect(error).toBeInstanceOf(TocsonError)
        }
      }
    }
    arrow.compressionRegistry.set(ZSTD, {})
  })

  it('of LZ4 with a codec of the program, and without one', () => {
    const numbers = new arrow.Table({ n: arrow.vectorFromArray(Array(100).fill(0), new arrow.Int32()) })
    arrow.compressionRegistry.set(LZ4, lz4)
    const bytes = compressed(numbers, 'stream', LZ4)
    const schema = { type: 'object', properties: { n: { type: 'integer' } } } as const
    expect(compile(schema).serializeColumns(readArrow(bytes)).length).toBe(100)
    arrow.compressionRegistry.set(LZ4, {})
    let error: unknown
    try {
      readArrow(bytes)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(ArrowError)
    expect(error).toMatchObject({
      code: 'ARROW_INVALID',
      message: expect.stringMatching(/compressed with LZ4.*: write them .*, or register a codec with/),
      cause: expect.any(Error),
    })
  })
})

describe('readArrow', () => {
  it('reads files', () => {
    expect(readArrow(FLIGHTS).numRows).toBe(200_000)
  })

  it.each(['file', 'stream'] as const)('reads a %s of several batches', format => {
    const whole = table(3, format).concat(table(2, format))
    const bytes = arrow.tableToIPC(whole, format)
    const list = compile(cities).serializeColumns(readArrow(bytes))
    expect(list.blob.equals(compile(cities).serialize(whole.toArray()).blob)).toBe(true)
    expect(list.slice(1, 1).toString()).toBe('{"city":"Tromsø","at":"1970-01-01T00:00:01.000Z"}')
  })

  it.each(['file', 'stream'] as const)('reads a %s wherever its bytes lie', format => {
    const fields = [new arrow.Field('i', new arrow.Int32()), new arrow.Field('t', new arrow.Utf8())]
    const union = new arrow.DenseUnion([0, 1], fields)
    const value = arrow.makeData({
      type: union,
      typeIds: Int8Array.of(0, 1, 0),
      valueOffsets: Int32Array.of(0, 0, 1),
      children: [
        arrow.vectorFromArray([7, 8], new arrow.Int32()).data[0]!,
        arrow.vectorFromArray(['a'], new arrow.Utf8()).data[0]!,
      ],
    })
    const whole = new arrow.Table({ value: arrow.makeVector(value) as arrow.Vector })
    const ipc = arrow.tableToIPC(whole, format)
    for (let shift = 0; shift < 8; shift++) {
      const bytes = Buffer.alloc(ipc.length + 8).subarray(shift, shift + ipc.length)
      bytes.set(ipc)
      const list = compile({ type: 'object', properties: { value: {} } }).serializeColumns(readArrow(bytes))
      expect(list.blob.toString()).toBe('[{"value":7},{"value":"a"},{"value":8}]')
    }
  })

  it.each(['file', 'stream'] as const)('refuses a %s that was cut off, wherever', format => {
    const bytes = arrow.tableToIPC(table(20, format).concat(table(20, format)), format)
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length)
      let error: unknown
      try {
        const read = readArrow(cut)
        // A stream may end between two messages: what came before is whole.
        expect(format).toBe('stream')
        expect(read.numRows % 20).toBe(0)
      } catch (thrown) {
        error = thrown
      }
      if (error !== undefined) expect(error).toBeInstanceOf(ArrowError)
    }
  })

  it('reads streams that end as before version 0.15, and those that are all as then', () => {
    const bytes = arrow.tableToIPC(table(3, 'stream').concat(table(2, 'stream')), 'stream')
    const json = compile(cities).serializeColumns(readArrow(bytes)).blob
    const messages = messagesOf(bytes)
    const zeros = new Uint8Array(4)
    const asOld = ({ metadata, body }: MessageBytes) => [
      Int32Array.of(metadata.length + 4),
      ...[metadata, zeros, body],
    ]
    const asNow = ({ metadata, body }: MessageBytes) => [Int32Array.of(-1, metadata.length), metadata, body]
    for (const parts of [messages.flatMap(asNow), messages.flatMap(asOld)]) {
      const old = Buffer.concat(
        [...parts, zeros].map(part => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)),
      )
      expect(compile(cities).serializeColumns(readArrow(old)).blob.equals(json)).toBe(true)
      // Without an end it may stop between two messages, and nowhere else.
      for (let length = 1; length < old.length - 4; length++) {
        try {
          expect(readArrow(old.subarray(0, length)).numRows).toBeLessThan(5)
        } catch (error) {
          expect(error).toBeInstanceOf(ArrowError)
        }
      }
    }
  })

  it.each(['file', 'stream'] as const)('refuses a %s of a big-endian machine', format => {
    expect(readArrow(emptyIpc(format, 0)).numRows).toBe(0)
    expect(() => readArrow(emptyIpc(format, 1))).toThrow(/numbers are big-endian.*write them little-endian/)
  })

  it('refuses what is not Arrow', () => {
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(4),
      new Uint8Array(100),
      Uint8Array.of(8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8),
      Buffer.from('hello world, hello world'),
      Buffer.from('ARROW1ARROW1'),
    ]) {
      expect(() => readArrow(bytes)).toThrow(ArrowError)
    }
    expect(() => readArrow('text' as never)).toThrow('expected bytes, got string "text"')
  })

  it('never takes a damaged footer for a table of the schema', () => {
    const schema = { type: 'object', properties: { delay: { type: 'integer' } } } as const
    for (const byteLength of [30, 50, 100, 200, 300, 400]) {
      const damaged = Buffer.from(FLIGHTS)
      damaged.fill(0xff, damaged.length - byteLength, damaged.length - 10)
      expect(() => compile(schema).serializeColumns(readArrow(damaged))).toThrow(TocsonError)
    }
  })
})
