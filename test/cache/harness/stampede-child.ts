// One process of a stampede: says ready, waits for go, then asks for 10,000 pages at once.

import { setTimeout as sleep } from 'node:timers/promises'
import { PageCache } from '../../../src/cache/page-cache.ts'
import { type ClientKind, connectStore } from './clients.ts'
import { markedList } from './lists.ts'

const [port, kind, requestCount] = process.argv.slice(2)
const { store, close } = await connectStore(kind as ClientKind, Number(port))
const cache = new PageCache({ store, lock: { waitMs: 20_000 } })
let builds = 0
const build = async () => {
  builds += 1
  await sleep(300)
  return markedList('stampede', 200)
}
const list = markedList('stampede', 200)

process.stdout.write('ready 1\n')
await new Promise(resolve => process.stdin.once('data', resolve))
const pages = await Promise.all(
  Array.from({ length: Number(requestCount) }, (_, index) =>
    cache.page({ key: 'stampede', build, offset: index % 200, limit: 3 }),
  ),
)
const right = pages.filter((page, index) =>
  page.toBuffer().equals(list.page(index % 200, 3).toBuffer()),
).length
await cache.idle()
process.stdout.write(`result ${JSON.stringify({ builds, right })}\n`)
await close()
process.stdin.destroy()
