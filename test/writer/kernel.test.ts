// The kernel's host where memory ends, and where Node lacks what it is not bound to have.

import { Buffer } from 'node:buffer'
import Type from 'typebox'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { compile, SerializeError } from '../../src/index.ts'
import { Kernel } from '../../src/writer/kernel.ts'
import { KernelPool } from '../../src/writer/kernel-pool.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.resetModules()
})

it('a row that memory cannot hold is an error of that row, and the next call is clean', () => {
  const serializer = compile(Type.Array(Type.Number()))
  const numbers = Array.from({ length: 300_000 }, () => 0.1)
  const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
    throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded')
  })
  const run = () => serializer.serialize([[1], numbers])
  expect(run).toThrow(SerializeError)
  expect(run).toThrow(expect.objectContaining({ code: 'TOO_LARGE', cause: expect.any(RangeError) }))
  expect(serializer.serialize([[1], [2]]).blob.toString()).toBe('[[1],[2]]')
  grow.mockRestore()
  expect(serializer.serialize([[1], numbers]).blob.toString()).toBe(JSON.stringify([[1], numbers]))
})

describe('a pool of kernels', () => {
  it('hands out what came back, and keeps eight', () => {
    const pool = new KernelPool()
    const used = Array.from({ length: 10 }, () => pool.acquire())
    expect(new Set(used).size).toBe(10)
    for (const kernel of used) pool.release(kernel)
    const again = Array.from({ length: 10 }, () => pool.acquire())
    expect(again.filter(kernel => used.includes(kernel))).toHaveLength(8)
  })

  it('forgets one that has grown far', () => {
    const pool = new KernelPool()
    const large = Object.assign(new Kernel(), { byteLength: 64 * 1024 * 1024 + 1 })
    pool.release(large)
    expect(pool.acquire()).not.toBe(large)
    const kernel = Object.assign(new Kernel(), { byteLength: 64 * 1024 * 1024 })
    pool.release(kernel)
    expect(pool.acquire()).toBe(kernel)
  })

  it('holds nothing of the rows', () => {
    const pool = new KernelPool()
    const kernel = pool.acquire()
    const { packed } = kernel
    packed.copies = new Map([[new Set(['a']), ['a']]])
    packed.text = packed.failedText = 'text'
    pool.release(kernel)
    expect([packed.copies, packed.text, packed.failedText]).toEqual([undefined, '', ''])
  })
})

it('text is written by the documented method where the quicker one is gone', async () => {
  const prototype = Buffer.prototype as { utf8Write?: unknown }
  const { utf8Write } = prototype
  delete prototype.utf8Write
  vi.resetModules()
  const { TextArea } = await import('../../src/writer/text-area.ts').finally(() => {
    prototype.utf8Write = utf8Write // other lines of Node write with it themselves
  })
  const area = new TextArea(Buffer.alloc(1000))
  area.append('plain')
  expect([area.wide, area.slice(0, 5)]).toEqual([false, 'plain'])
  area.append(' é🎬')
  expect([area.wide, area.slice(0, 9)]).toEqual([true, 'plain é🎬'])
})
