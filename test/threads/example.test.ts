// examples/threads.mjs, run as a reader runs it: on the built package.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'

const sharesPorts = process.platform === 'linux'

it.skipIf(!sharesPorts)('one builder, HTTP workers on one port', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, ['examples/threads.mjs', '2'], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
    const threads = new Set<string | null>()
    for (let i = 0; i < 200 && threads.size < 2; i++) {
      const response = await fetch(`${url}?offset=40&limit=2`, { headers: { connection: 'close' } })
      const films = (await response.json()) as { id: number }[]
      expect(films.map(({ id }) => id)).toEqual([40, 41])
      expect(response.headers.get('x-total-count')).toBe('100000')
      threads.add(response.headers.get('x-thread'))
    }
    expect(threads.size).toBe(2)
  } finally {
    child.kill()
  }
})
