// A process with a pool, and what it does with it; what is left open must not keep it alive. Prints `done` and a figure.

import { compile } from '../../src/index.ts'
import { createWriterPool } from '../../src/threads/index.ts'
import { FILM_SCHEMA, loadFilms } from '../films.ts'

const serializer = compile(FILM_SCHEMA as never)
const films = loadFilms() as never[]
const writer = createWriterPool({ threads: 2 })

async function build(count: number): Promise<number> {
  const rows = Array.from({ length: count }, (_, i) => films[i % films.length]!)
  return (await serializer.serializeAsync(rows, { writer })).blob.byteLength
}

/** Lists of about 20 MB that nobody keeps: the most memory there was at once, in MiB. */
async function peakOf(count: number): Promise<number> {
  let peak = 0
  for (let i = 0; i < count; i++) {
    await build(50_000)
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  return Math.round(peak / 2 ** 20)
}

const tasks: Record<string, () => unknown> = {
  'never used': () => 0,
  'idle after a list': () => build(1_000),
  'idle after an abort': async () => {
    const controller = new AbortController()
    const list = serializer.serializeAsync(new Set(films), { writer, signal: controller.signal })
    setTimeout(() => controller.abort(), 2)
    return list.then(
      ({ length }) => length,
      () => 1,
    )
  },
  'a list under way': () => {
    void serializer.serializeAsync(films, { writer }).then(({ length }) => console.log('done', length))
    return undefined
  },
  memory: () => peakOf(Number(process.argv[3])),
}

const figure = await tasks[process.argv[2]!]!()
if (figure !== undefined) console.log('done', figure)
