// How time is taken. Default on Linux is the CPU time of the main thread: it is what an event loop loses, and it leaves
// out the time other processes had the core. It also leaves out the garbage collector's helper threads, which favours
// whoever makes more garbage.

import { performance } from 'node:perf_hooks'

export const CLOCKS = ['cpu', 'wall']
export const DEFAULT_CLOCK = process.platform === 'linux' && process.threadCpuUsage ? 'cpu' : 'wall'

/** A function that tells milliseconds. The CPU one takes about 4 µs, so a measured run should take 200 or more. */
export function clockNamed(name) {
  return name === 'cpu' ? threadMs : () => performance.now()
}

function threadMs() {
  // Linux updates a running thread's time at ticks, 4 ms apart, but at once when the whole process's is asked for.
  process.cpuUsage()
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
