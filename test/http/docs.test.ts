// The code blocks of docs/frameworks, docs/redis.md, docs/stores.md and docs/ARCHITECTURE.md, run as they stand on
// the built package. Only the port and the place of `movies.mjs` are changed, and what a block says is the reader's
// own is put before it.

import { execFile, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { freePort, HAS_REDIS, startRedis } from '../cache/harness/redis-server.ts'

const FOLDER = 'test-artefacts/docs'
const run = promisify(execFile)
mkdirSync(FOLDER, { recursive: true })

function blocksOf(doc: string): string[] {
  const text = readFileSync(`docs/${doc}.md`, 'utf8')
  return [...text.matchAll(/```(?:js|ts)\n(.*?)```/gs)].map(([, code]) => code!)
}

/** Inside the package, so that `tocson/…` means the built one. */
function programOf(name: string, code: string): string {
  const file = `${FOLDER}/${name}.mjs`
  writeFileSync(file, code.replaceAll('./movies.mjs', '../../examples/frameworks/movies.mjs'))
  return file
}

async function expectPage(url: string): Promise<void> {
  const response = await answered(url)
  const body = (await response.json()) as { id: number }[] | { items: { id: number }[] }
  const films = Array.isArray(body) ? body : body.items
  expect(response.headers.get('x-total-count')).toBe('1000')
  expect(films.map(film => film.id)).toEqual([40, 41, 42])
}

/** As soon as somebody listens there. */
async function answered(url: string): Promise<Response> {
  for (const deadline = performance.now() + 20_000; ; await sleep(50)) {
    try {
      return await fetch(url)
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
  }
}

async function serves(name: string, code: string): Promise<void> {
  const port = await freePort()
  const program = programOf(name, code.replace('3000', `${port}`))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    await expectPage(`http://localhost:${port}/movies?offset=40&limit=3`)
  } finally {
    child.kill()
  }
}

describe('docs/frameworks', { timeout: 40_000 }, () => {
  it.each(['node', 'express', 'koa', 'fastify'])('%s.md', async name => {
    const [code, ...others] = blocksOf(`frameworks/${name}`)
    expect(others).toEqual([])
    await serves(name, code!)
  })

  it('hono.md: Hono', async () => {
    const serve = "import { serve } from '@hono/node-server'\nserve({ fetch: app.fetch, port: 3000 })"
    await serves('hono', `${blocksOf('frameworks/hono')[0]}${serve}`)
  })

  it('hono.md: every other runtime, each with a stand-in for it', async () => {
    const program = programOf('web', `${STAND_INS}${blocksOf('frameworks/hono')[1]}${ASK_ALL}`)
    const { stdout } = await run(process.execPath, [program])
    expect(JSON.parse(stdout)).toEqual(Array(4).fill([40, 41, 42]))
  })

  it.each(['express', 'fastify'])('nest.md on %s', async platform => {
    const [code] = blocksOf('frameworks/nest')
    const onPlatform = code!.replace('tocson/express', `tocson/${platform}`)
    const { outputText } = ts.transpileModule(
      `import 'reflect-metadata'\n${onPlatform}${nestMain(platform)}`,
      {
        compilerOptions: {
          experimentalDecorators: true,
          module: ts.ModuleKind.ESNext,
          target: ts.ScriptTarget.ES2022,
        },
      },
    )
    await serves(`nest-${platform}`, outputText)
  })
})

describe.skipIf(!HAS_REDIS)('docs/redis.md', { timeout: 40_000 }, () => {
  it('gives its page, and tells a failure', async () => {
    const [first, second] = blocksOf('redis')
    const redis = await startRedis()
    try {
      const end = 'process.stdout.write(page.toBuffer())\nawait cache.idle()\nclient.destroy()\n'
      const program = programOf('redis', `${second}${first}${end}`)
      const env = { ...process.env, REDIS_URL: redis.url }
      const { stdout, stderr } = await run(process.execPath, [program], { env })
      expect((JSON.parse(stdout) as { id: number }[])[0]).toMatchObject({ id: 40 })
      expect(stderr).toBe('')
    } finally {
      await redis.stop()
    }
  })
})

describe('docs/stores.md', { timeout: 40_000 }, () => {
  it('has a store that passes the suite', async () => {
    const program = programOf('stores', blocksOf('stores').slice(-2).reverse().join(''))
    const { stdout } = await run(process.execPath, ['--test-reporter=tap', program])
    expect(stdout).toMatch(/# pass (?!0)\d+/)
    expect(stdout).toContain('# fail 0')
  })
})

describe('docs/ARCHITECTURE.md', () => {
  it('has two films that become the rows it shows', async () => {
    const imports = "import Type from 'typebox'\nimport { CalendarDate, compile, Duration } from 'tocson'\n"
    const [code] = blocksOf('ARCHITECTURE')
    const [declarations, call] = code!.split(/^(?=movies\.)/m)
    const print = `const list = ${call}console.log(list.blob.toString())`
    const program = programOf('architecture', `${imports}${declarations}${print}`)
    const { stdout } = await run(process.execPath, [program])
    const shown = readFileSync('docs/ARCHITECTURE.md', 'utf8').match(/^ {4}\{"title".*,$/gm)!
    expect(stdout.trim()).toBe(
      `[${shown
        .map(line => line.trim())
        .join('')
        .slice(0, -1)}]`,
    )
  })
})

const STAND_INS = `
import { pageResponse } from 'tocson/hono'
import { PageSettings } from 'tocson/http'
import { source } from './movies.mjs'
const settings = new PageSettings()
const handlers = []
class Elysia { get(_path, handler) { handlers.push(request => handler({ request })) } }
const app = { get(_path, handler) { handlers.push(request => handler({ req: request })) } }
const Bun = { serve: ({ fetch }) => handlers.push(fetch) }
`

const ASK_ALL = `
const request = new Request('http://localhost/movies?offset=40&limit=3')
const responses = await Promise.all([GET, ...handlers].map(handler => handler(request)))
const pages = await Promise.all(responses.map(response => response.json()))
console.log(JSON.stringify(pages.map(page => page.map(film => film.id))))
`

function nestMain(platform: string): string {
  const adapter = platform === 'express' ? 'ExpressAdapter' : 'FastifyAdapter'
  return `
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ${adapter} } from '@nestjs/platform-${platform}'
@Module({ controllers: [MoviesController] })
class AppModule {}
const app = await NestFactory.create(AppModule, new ${adapter}(), { logger: ['error'] })
await app.listen(3000)
`
}
