// Real redis-server processes on free loopback ports, for one test file each.

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const HOST = '127.0.0.1'
const START_MS_MAX = 10_000
const FORBIDDEN_PORT = 6379

/** Whether `redis-server` can be run here; says so once when it cannot. */
export const HAS_REDIS = hasRedis()

function hasRedis(): boolean {
  const found = spawnSync('redis-server', ['--version']).status === 0
  if (!found)
    console.warn('\n*** SKIPPED: redis-server is not installed; no test against a real Redis ran ***\n')
  return found
}

export interface RedisServer {
  readonly port: number
  readonly pid: number
  readonly url: string
  signal(name: NodeJS.Signals): void
  /** Starts it again on the same port after it was killed. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** A server without persistence. `options` are redis.conf directives; `first` comes before all of them. */
export async function startRedis(
  options: readonly string[] = [],
  port?: number,
  first: readonly string[] = [],
): Promise<RedisServer> {
  const ownPort = port ?? (await freePort())
  const directory = await mkdtemp(join(tmpdir(), 'tocson-redis-'))
  let child = await launch(ownPort, directory, options, first)
  return {
    port: ownPort,
    url: `redis://${HOST}:${ownPort}`,
    get pid() {
      return child.pid!
    },
    signal: name => {
      child.kill(name)
    },
    async restart() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await exited(child)
      }
      child = await launch(ownPort, directory, options, first)
    },
    async stop() {
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      await exited(child)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export interface RedisCluster {
  readonly ports: readonly number[]
  stop(): Promise<void>
}

/** Three masters that share all slots. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']
  const ports: number[] = []
  for (let node = 0; node < 3; node += 1) ports.push(await freeClusterPort())
  const servers = await Promise.all(ports.map(port => startRedis(options, port)))
  const addresses = ports.map(port => `${HOST}:${port}`)
  const cli = promisify(execFile)
  await cli('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'])
  for (const port of ports) {
    await until(async () => {
      const { stdout } = await cli('redis-cli', ['-h', HOST, '-p', `${port}`, 'cluster', 'info'])
      return stdout.includes('cluster_state:ok') && stdout.includes('cluster_known_nodes:3')
    })
  }
  return {
    ports,
    async stop() {
      await Promise.all(servers.map(server => server.stop()))
    },
  }
}

/** Waits until a check holds. */
export async function until(check: () => Promise<boolean> | boolean, msMax = START_MS_MAX): Promise<void> {
  const deadline = performance.now() + msMax
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`not so within ${msMax} ms`)
    await sleep(5)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, HOST, resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string' || address.port === FORBIDDEN_PORT) return freePort()
  return address.port
}

/** A cluster node also listens on its port + 10,000. */
async function freeClusterPort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  return (await isTaken(port)) || (await isTaken(port + 10_000)) ? freeClusterPort() : port
}

/** A sentinel that watches one master under the name `main`. */
export async function startSentinel(master: RedisServer): Promise<RedisServer> {
  const file = join(await mkdtemp(join(tmpdir(), 'tocson-sentinel-')), 'sentinel.conf')
  await writeFile(file, `sentinel monitor main ${HOST} ${master.port} 1\n`)
  return startRedis([], undefined, [file, '--sentinel'])
}

async function launch(
  port: number,
  directory: string,
  options: readonly string[],
  first: readonly string[],
): Promise<ChildProcess> {
  const base = ['--port', `${port}`, '--bind', HOST, '--dir', directory, '--save', '', '--appendonly', 'no']
  const own = first.length > 0 ? base.slice(0, 6) : base
  const child = spawn('redis-server', [...first, ...own, ...options], { stdio: 'ignore' })
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  await until(() => {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`)
    return answersPing(port)
  })
  return child
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise(resolve => child.once('exit', resolve))
}

function answersPing(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, HOST, () => socket.write('PING\r\n'))
    socket.once('data', data => {
      resolve(data.toString().startsWith('+PONG'))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
  })
}

function isTaken(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(true))
    server.listen(port, HOST, () => server.close(() => resolve(false)))
  })
}
