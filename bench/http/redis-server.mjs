// A Redis server of the bench's own: a free port, nothing on disk, gone afterwards.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

const HOST = '127.0.0.1'
const START_MS = 10_000

/** `undefined`, with a note, where there is no `redis-server`. */
export async function startRedis() {
  const port = await freePort()
  const flags = ['--port', `${port}`, '--bind', HOST, '--dir', tmpdir(), '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', flags, { stdio: 'ignore' })
  let failure
  child.once('error', error => {
    failure = error
  })
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  const exited = once(child, 'exit').catch(() => undefined)
  for (const deadline = performance.now() + START_MS; !(await answers(port)); await sleep(20)) {
    if (failure !== undefined || child.exitCode !== null || performance.now() > deadline) {
      end()
      console.error('no redis-server here: the ways through Redis are left out')
      return undefined
    }
  }
  return {
    url: `redis://${HOST}:${port}`,
    async stop() {
      process.off('exit', end)
      end()
      await exited
    },
  }
}

async function freePort() {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

function answers(port) {
  return new Promise(resolve => {
    const socket = connect(port, HOST, () => socket.end())
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
}
