import Type from 'typebox'
import { afterEach, expect, it, vi } from 'vitest'
import { compile } from '../../src/index.ts'
import { KernelPool } from '../../src/writer/kernel-pool.ts'

afterEach(() => vi.unstubAllGlobals())

/** What V8 does where address space is limited: each memory reserves gigabytes of it. */
function withoutMemory(error: Error): void {
  const Memory = vi.fn(function fail() {
    throw error
  })
  vi.stubGlobal(
    'WebAssembly',
    new Proxy(WebAssembly, { get: (all, name) => (name === 'Memory' ? Memory : Reflect.get(all, name)) }),
  )
}

it('gives kernels back, and says when there is no memory for one', async () => {
  const pool = new KernelPool()
  const kernel = pool.acquire()
  withoutMemory(new RangeError('WebAssembly.Memory(): could not allocate memory'))
  const tooLarge = expect.objectContaining({
    ...{ name: 'SerializeError', code: 'TOO_LARGE', path: '' },
    message: '(root): expected address space for a WebAssembly memory, got none',
    cause: expect.any(RangeError),
  })
  expect(() => pool.acquire()).toThrow(tooLarge)
  pool.release(kernel)
  expect(pool.acquire()).toBe(kernel)
  const numbers = compile(Type.Integer())
  expect(() => numbers.serialize([1])).toThrow(tooLarge)
  await expect(numbers.serializeAsync([1])).rejects.toEqual(tooLarge)
  vi.unstubAllGlobals()
  expect(numbers.serialize([1]).blob.toString()).toBe('[1]')
})

it('hides no other failure', () => {
  const failure = new TypeError('something else')
  withoutMemory(failure)
  expect(() => new KernelPool().acquire()).toThrow(failure)
})
