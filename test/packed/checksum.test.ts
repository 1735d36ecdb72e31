// The checksum of a chunk is the XXH64 that others publish, over what docs/FORMAT.md says.

import { Buffer } from 'node:buffer'
import Type from 'typebox'
import { expect, it, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { reseal } from './bytes.ts'
import { xxh64 } from './xxh64.ts'

test.each([
  ['', 0xef46db3751d8e999n],
  ['a', 0xd24ec4f1a98c6e5bn],
  ['as', 0x1c330fb2d66be179n],
  ['asd', 0x631c37ce72a97393n],
  ['asdf', 0x415872f599cea71en],
  ['Call me Ishmael. Some years ago--never mind how long precisely-', 0x02a2e85470d6fd96n],
])('XXH64 as published: %j', (text, hash) => {
  expect(xxh64(Buffer.from(text))).toBe(hash)
})

it('covers slots and text of every length', () => {
  const serializer = compile(Type.Object({ text: Type.String(), numbers: Type.Array(Type.Number()) }))
  for (let length = 0; length < 200; length++) {
    const text = 'text, and more text: '.repeat(10).slice(0, length)
    const numbers = Array.from({ length: length % 37 }, (_, i) => i / 3)
    for (const row of [
      { text, numbers },
      { text: `é${text}`, numbers },
    ]) {
      const bytes = serializer.pack([row])
      expect(reseal(Buffer.from(bytes)).toString('hex')).toBe(bytes.toString('hex'))
    }
  }
})

it('covers full chunks', () => {
  const serializer = compile(Type.Object({ id: Type.Integer(), name: Type.String() }))
  const bytes = serializer.pack(Array.from({ length: 1000 }, (_, id) => ({ id, name: `name ${id}` })))
  expect(reseal(Buffer.from(bytes)).equals(bytes)).toBe(true)
})
