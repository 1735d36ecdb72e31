// Calls of mixed sizes, and what the process's memory does meanwhile. Prints the growth in bytes after a warm-up.

import { compile } from '../../src/index.ts'
import { FILM_SCHEMA, loadFilms } from '../films.ts'

const CALLS = Number(process.argv[2])
const WARM_UP = 2000
const films = loadFilms()
const serializer = compile(FILM_SCHEMA)
const texts = compile({ type: 'array', items: { type: 'string' } })
const unions = compile({
  anyOf: [FILM_SCHEMA, { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }],
})

function call(i: number): void {
  const start = (i * 97) % 3000
  serializer.serialize(films.slice(start, start + (i % 60)))
  if (i % 10 === 0) serializer.serializeOne(films[start]!).toString()
  if (i % 50 === 0)
    texts
      .serialize([[`${'ж'.repeat(i % 5000)}`, 'x'.repeat(i % 20_000)]])
      .page(0, 1)
      .toBuffer()
  if (i % 25 === 0) unions.serialize([films[start], { a: 'x' }])
  if (i % 500 === 0) serializer.serialize(films)
  try {
    if (i % 20 === 0) serializer.serialize([...films.slice(0, i % 30), { Title: 'x'.repeat(5000) }])
  } catch {}
}

async function settledRss(): Promise<number> {
  let lowest = Number.POSITIVE_INFINITY
  for (let i = 0; i < 5; i++) {
    globalThis.gc!()
    await new Promise(resolve => setTimeout(resolve, 50))
    lowest = Math.min(lowest, process.memoryUsage.rss())
  }
  return lowest
}

function run(from: number, count: number): void {
  for (let i = from; i < from + count; i++) {
    call(i)
    if (i % 200 === 0) globalThis.gc!()
  }
}

run(0, WARM_UP)
const before = await settledRss()
run(WARM_UP, CALLS)
process.stdout.write(String((await settledRss()) - before))
