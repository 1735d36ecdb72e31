// What a user would pick instead, each as `serialize(value)` to bytes, made from a case's schema. All are compared with
// what JSON.stringify writes; a peer that cannot do a schema throws in `make`.

import { Buffer } from 'node:buffer'
import fastJson from 'fast-json-stringify'
import { configure } from 'safe-stable-stringify'
import { accelerate } from './json-accelerator.mjs'
import { BASELINE, FAST_JSON } from './names.mjs'
import { plainSchema } from './plain-schema.mjs'
import { slowJson } from './slow-json-stringify.mjs'

const native = value => JSON.stringify(value)

export const PEERS = [
  { name: 'JSON.stringify, string', make: () => native },
  { name: BASELINE, make: () => toBytes(native) },
  { name: 'fast-json-stringify, string', make: schema => fastJson(plainSchema(schema)) },
  { name: FAST_JSON, make: schema => toBytes(fastJson(plainSchema(schema))) },
  {
    name: "fast-json-stringify, large arrays by 'json-stringify' + Buffer.from",
    make: schema => toBytes(fastJson(plainSchema(schema), { largeArrayMechanism: 'json-stringify' })),
  },
  { name: 'json-accelerator + Buffer.from', make: schema => toBytes(accelerate(schema)) },
  { name: 'slow-json-stringify + Buffer.from', make: schema => toBytes(slowJson(schema)) },
  {
    name: 'safe-stable-stringify + Buffer.from',
    make: () => toBytes(configure({ deterministic: false, circularValue: undefined })),
  },
]

export function peerNamed(name) {
  return PEERS.find(peer => peer.name === name)
}

function toBytes(stringify) {
  return value => Buffer.from(stringify(value))
}
