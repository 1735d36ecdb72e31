// The examples of docs/frameworks, run as a reader runs them: on the built package (`npm run build`).

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'

let child: ChildProcess
afterEach(() => child.kill())

/** Starts a program on a free port and resolves with the URL it prints. */
async function urlOf(args: readonly string[]): Promise<string> {
  child = spawn(process.execPath, [...args], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(child.stdout!), 'line')
  const { port, pathname } = new URL(line)
  return `http://localhost:${port}${pathname}`
}

/** The rows of an array or of an `items` envelope. */
async function filmsOf(response: Response): Promise<{ id: number }[]> {
  const body = (await response.json()) as { id: number }[] | { items: { id: number }[] }
  return Array.isArray(body) ? body : body.items
}

async function expectPages(url: string): Promise<void> {
  const response = await fetch(`${url}?limit=3`)
  const films = await filmsOf(response)
  expect([response.status, response.headers.get('x-total-count'), films.length]).toEqual([200, '1000', 3])
  expect(films[2]).toEqual({ id: 2, title: 'Film 2', released: '1970-02-10T00:00:00.000Z' })
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link')!)![1]!
  expect((await filmsOf(await fetch(new URL(next, response.url))))[0]!.id).toBe(3)
  expect((await fetch(`${url}?limit=x`)).headers.get('content-type')).toBe('application/problem+json')
}

describe('examples/frameworks', () => {
  it.each(['node', 'express', 'koa', 'fastify', 'hono'])(
    '%s.mjs serves pages',
    { timeout: 30_000 },
    async name => {
      await expectPages(await urlOf([`examples/frameworks/${name}.mjs`]))
    },
  )

  it('fastify.mjs serializes its other routes by schema', { timeout: 30_000 }, async () => {
    const url = await urlOf(['examples/frameworks/fastify.mjs'])
    const film = await (await fetch(`${url}/7`)).json()
    expect(film).toEqual({ id: 7, title: 'One film', released: '1970-01-01T00:00:00.000Z' })
  })

  it.each(['express', 'fastify'])('nest.mjs serves pages on %s', { timeout: 30_000 }, async platform => {
    await expectPages(await urlOf(['examples/frameworks/nest.mjs', platform]))
  })

  it('web.mjs answers a Request', { timeout: 30_000 }, () => {
    const printed = execFileSync(process.execPath, ['examples/frameworks/web.mjs']).toString()
    expect(printed).toMatch(/^200 \{[\s\S]*etag[\s\S]*\[\{"id":40,/)
  })
})
