// A process that writes one new version after another until it is killed.

import { PageCache } from '../../../src/cache/page-cache.ts'
import { type ClientKind, connectStore } from './clients.ts'
import { crashList } from './crash-list.ts'

const [port, kind, first] = process.argv.slice(2)
const { store } = await connectStore(kind as ClientKind, Number(port))
const cache = new PageCache({ store, lock: { ttlMs: 300 } })
let generation = Number(first)

for (;;) {
  generation += 1
  await cache.page({ key: 'crash', build: () => crashList(generation), offset: 0, limit: 1 })
  await cache.idle()
  process.stdout.write(`written ${generation}\n`)
  await cache.invalidate('crash')
}
