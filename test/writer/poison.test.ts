// No byte of earlier or uninitialised memory in any output: with all memory that a call may use filled beforehand, in
// two ways, the bytes stay the same.

import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { createPacker } from '../../src/pack/packer.ts'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import type { Spec } from '../../src/spec/spec.ts'
import { buildList } from '../../src/toc/build-list.ts'
import { CHUNK_LIMITS, Kernel } from '../../src/writer/kernel.ts'
import { kernels } from '../../src/writer/kernel-pool.ts'
import { FILM_SCHEMA, loadFilms } from '../films.ts'
import { schemaCase } from '../oracle/random-schema.ts'
import { isLong, report, testSeed } from '../random.ts'

/** A byte that would show in JSON, one that no UTF-8 has, and what a missing value looks like in a slot. */
const POISONS = [Buffer.from('"'), Buffer.from([0xfe]), Buffer.from([0, 0, 0, 0, 0, 0, 0xf0, 0x7f])]

const { allocUnsafe, allocUnsafeSlow } = Buffer
afterEach(() => Object.assign(Buffer, { allocUnsafe, allocUnsafeSlow }))

function poisonNewBuffers(poison: Buffer): void {
  Buffer.allocUnsafe = size => allocUnsafe(size).fill(poison)
  Buffer.allocUnsafeSlow = size => allocUnsafeSlow(size).fill(poison)
}

function poisonKernel(kernel: Kernel, spec: Spec, poison: Buffer): void {
  kernel.open(spec, CHUNK_LIMITS)
  kernel.bytes.fill(poison, kernel.scratchStart)
}

/** What a list's bytes and toc are, or the error instead. */
function outcomeOf(run: () => { readonly blob: Buffer; readonly toc: ArrayLike<number> }): string {
  try {
    const { blob, toc } = run()
    return `${blob.toString('latin1')} ${Array.from(toc)}`
  } catch (error) {
    return String(error)
  }
}

describe('poisoned memory', () => {
  it('is not seen in lists of random schemas and values', () => {
    const seed = testSeed()
    const examples = fc.sample(schemaCase, { numRuns: isLong ? 200_000 : 3_000, seed })
    let failures = 0
    for (const { schema, options, seeds, row } of examples) {
      const spec = compileSchema(schema, options)
      const { packRows } = createPacker(spec, true)
      const rows = () => [...seeds, ...seeds, ...seeds].map(row)
      const build = (kernel: Kernel) =>
        outcomeOf(() =>
          buildList({ kernel, spec, packRows, limits: CHUNK_LIMITS, rowBytes: 0 }, rows()).finish(),
        )
      const kernel = kernels.acquire()
      kernel.open(spec, CHUNK_LIMITS)
      kernel.bytes.fill(0, kernel.scratchStart)
      const clean = build(kernel)
      for (const poison of POISONS) {
        poisonKernel(kernel, spec, poison)
        poisonNewBuffers(poison)
        if (build(kernel) !== clean) failures++
        Object.assign(Buffer, { allocUnsafe, allocUnsafeSlow })
      }
      kernels.release(kernel)
    }
    report('outputs of poisoned memory', examples.length * POISONS.length, failures)
    expect(failures, `TOCSON_SEED=${seed}`).toBe(0)
  })

  it('is not seen in films, pages and single values', () => {
    const films = loadFilms().slice(0, 500)
    const serializer = compile(FILM_SCHEMA)
    for (const poison of POISONS) {
      const kernel = kernels.acquire()
      poisonKernel(kernel, serializer.spec, poison)
      kernels.release(kernel)
      poisonNewBuffers(poison)
      const list = serializer.serialize(films)
      expect(list.blob.toString()).toBe(JSON.stringify(films))
      expect(list.page(10, 5).toBuffer().toString()).toBe(JSON.stringify(films.slice(10, 15)))
      for (const film of films.slice(0, 20))
        expect(serializer.serializeOne(film).toString()).toBe(JSON.stringify(film))
    }
  })

  it('is there: reading it would show', () => {
    const kernel = new Kernel()
    const spec = compileSchema({ type: 'number' })
    poisonKernel(kernel, spec, POISONS[0]!)
    kernel.packed.position += 1 // a slot that nobody wrote
    kernel.write(1)
    expect(kernel.bytes.toString('latin1', kernel.start, kernel.end)).not.toBe('0,')
    poisonNewBuffers(POISONS[0]!)
    expect(Buffer.allocUnsafeSlow(3).toString()).toBe('"""')
  })
})
