// What becomes of packed rows nobody vouches for: an error the walkers agree on, or rows and JSON that agree.

import { isDeepStrictEqual } from 'node:util'
import { createPacker } from '../../src/pack/packer.ts'
import { PackedError } from '../../src/packed/packed-error.ts'
import { PackedFormat } from '../../src/packed/packed-format.ts'
import { PackedList } from '../../src/packed/packed-list.ts'
import { Serializer } from '../../src/serializer.ts'
import { compileSchema } from '../../src/spec/compile-schema.ts'
import type { CompileOptions, Spec } from '../../src/spec/spec.ts'
import type { JsonList } from '../../src/toc/json-list.ts'
import { writeChunks } from '../engine.ts'

export interface Reader {
  readonly spec: Spec
  readonly formats: readonly PackedFormat[]
  readonly serializer: Serializer<unknown>
  /** Whether rows that were unpacked give the same JSON again. */
  readonly reversible: boolean
}

export function readerOf(schema: object, options: CompileOptions = {}, reversible = true): Reader {
  const spec = compileSchema(schema, options)
  const formats = [true, false].map(codegen => new PackedFormat(spec, createPacker(spec, codegen)))
  return { spec, formats, serializer: new Serializer(spec, true), reversible }
}

export type Outcome = 'refused' | 'read'

/** Reads bytes in every way there is. Throws when the ways disagree, or when what comes out is no JSON. */
export function read(reader: Reader, bytes: Buffer): Outcome {
  const ways = reader.formats.flatMap(format => [
    settle(() => writeChunks(reader.spec, format.open(new PackedList(bytes)))),
    settle(() => format.unpack(new PackedList(bytes), {})),
  ])
  const errors = ways.map(way => way.error)
  if (errors[0] !== undefined) {
    const [expected] = errors.map(placeOf)
    if (!errors.every(error => isDeepStrictEqual(placeOf(error), expected)))
      throw new Error(`errors differ: ${errors.join(' | ')}`)
    return 'refused'
  }
  if (errors.some(Boolean)) throw new Error(`only some refuse: ${errors.join(' | ')}`)
  const [list, rows, otherList, otherRows] = ways.map(way => way.value) as [
    JsonList,
    unknown[],
    JsonList,
    unknown[],
  ]
  if (!list.blob.equals(otherList.blob)) throw new Error('the walkers write different JSON')
  if (!isDeepStrictEqual(rows, otherRows)) throw new Error('the walkers make different rows')
  assertJson(reader, list, rows)
  return 'read'
}

/** How deep the stack is depends on who calls, so the offset does where it ends. */
function placeOf(error: PackedError | undefined): unknown {
  if (error?.message.includes('deeper than the stack')) return [error.code, error.path]
  return error && [error.code, error.offset, error.path]
}

function assertJson({ serializer, reversible }: Reader, list: JsonList, rows: unknown[]): void {
  const json: unknown = JSON.parse(list.blob.toString())
  if (!Buffer.from(list.blob.toString()).equals(list.blob)) throw new Error('the JSON is not UTF-8')
  for (let i = 0; i < list.length; i++) JSON.parse(list.slice(i, 1).toString())
  if (rows.length !== list.length) throw new Error('other rows than in the JSON')
  if (!reversible) return
  const again: unknown = JSON.parse(serializer.serialize(rows).blob.toString())
  if (!isDeepStrictEqual(json, again)) throw new Error('the rows are not those of the JSON')
}

function settle<T>(run: () => T): { readonly value?: T; readonly error?: PackedError } {
  try {
    return { value: run() }
  } catch (error) {
    if (error instanceof PackedError) return { error }
    throw error
  }
}
