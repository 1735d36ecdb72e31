// What a client gets, and what the process hears, when a source fails and nobody said what to do then.

import { EventEmitter } from 'node:events'
import process from 'node:process'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { BuildError, CursorError } from '../../../src/cache/errors.ts'
import { type NodeResponse, pageHandler, writePage } from '../../../src/http/adapters/node.ts'
import { listOf } from '../row-source.ts'
import { ask } from './client.ts'
import { listen } from './listen.ts'

const failing = (error: unknown) => ({
  page: () => {
    throw error
  },
})
const REQUEST = { method: 'GET', url: '/', headers: {} }

afterEach(() => {
  vi.restoreAllMocks()
})

describe('without a handler of errors', () => {
  const warnings = () => vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)

  it.each([
    [new Error('the database is gone'), new Error('the database is gone')],
    ['no error at all', 'no error at all'],
    [42, 'number 42'],
    [Symbol('none'), 'symbol'],
    [Object.create(null), 'object'],
    [runInNewContext("new Error('of another realm')"), 'of another realm'],
    [new CursorError('not one of ours'), new CursorError('not one of ours')],
    [
      new BuildError('BUILD_TIMEOUT', 'no result in 5 ms'),
      new BuildError('BUILD_TIMEOUT', 'no result in 5 ms'),
    ],
  ])('row %#: an empty 500, or 503 where that was a build, and a warning', async (thrown, warned) => {
    const expected = thrown instanceof BuildError ? thrown.status : 500
    const warn = warnings()
    const handler = pageHandler(failing(thrown) as never)
    const server = await listen((request, response) => void handler(request, response))
    const { status, headers, body } = await ask(server.port, '/')
    await server.close()
    expect([status, body.byteLength, headers['cache-control']]).toEqual([expected, 0, 'no-store'])
    expect(warn.mock.calls).toEqual([[warned]])
  })

  it.each<[string, unknown]>([
    ['a choice that finds none', () => undefined],
    ['one that finds none later', async () => undefined],
    ['the rows themselves', [1, 2]],
    ['a list without listSource', listOf([])],
    ['nothing', undefined],
    ['null', null],
  ])('%s as a source: an empty 500, and a warning that says so', async (_, source) => {
    const warn = warnings()
    const server = await listen((request, response) => void pageHandler(source as never)(request, response))
    const { status } = await ask(server.port, '/')
    await server.close()
    expect(status).toBe(500)
    expect(warn.mock.calls).toEqual([[expect.objectContaining({ code: 'HTTP_OPTION' })]])
  })

  it.each([
    ['is gone', { destroyed: true }, []],
    ['has its answer', { writableEnded: true }, []],
    ['has half an answer, which is cut', { headersSent: true }, ['destroy']],
    ['waits', {}, ['writeHead', 'end']],
  ])('when the client %s', async (_, state, expected) => {
    const warn = warnings()
    const called: string[] = []
    const note = (name: string) => () => called.push(name)
    const response = {
      destroyed: false,
      writableEnded: false,
      headersSent: false,
      writeHead: note('writeHead'),
      write: note('write'),
      end: note('end'),
      destroy: note('destroy'),
      ...state,
    }
    const handler = pageHandler<typeof REQUEST, NodeResponse>(failing(new Error('late')) as never)
    await handler(REQUEST, response as never)
    expect(called).toEqual(expected)
    expect(warn).toHaveBeenCalledOnce()
  })
})

it('a client that goes away in the very write that fills it is not waited for', async () => {
  const response = Object.assign(new EventEmitter(), {
    destroyed: false,
    writableEnded: false,
    headersSent: false,
    getHeader: () => undefined,
    writeHead: () => undefined,
    end: vi.fn(),
    write: vi.fn(() => {
      response.destroyed = true
      return false
    }),
    destroy: () => undefined,
  })
  const chunks = [Buffer.alloc(300 * 1024)]
  await writePage(response as never, { status: 200, headers: {}, chunks, byteLength: 300 * 1024 })
  expect(response.write).toHaveBeenCalledOnce()
  expect(response.end).not.toHaveBeenCalled()
  expect(response.listenerCount('drain') + response.listenerCount('close')).toBe(0)
})
