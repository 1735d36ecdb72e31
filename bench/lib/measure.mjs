// Interleaved rounds: every contestant runs once a round, in turn first, so that a slow second of the machine hits all
// of them. A ratio is taken within each round, then the median over the rounds.

import { performance } from 'node:perf_hooks'
import { Bench } from 'tinybench'
import { clockNamed } from './clock.mjs'
import { summary } from './statistics.mjs'

const ROUNDS_MIN = 3
const ROUNDS_MAX = 15
/** A contestant's share of a round: as many runs as take that long, and no fewer than these. */
const TASK_MS = 25
const TASK_RUNS_MIN = 3

/**
 * @param contestants `{ name, run, operations, isAsync }`; `operations` is how many one `run()` does
 * @param baseline name of the contestant ratios refer to
 * @returns per contestant `{ name, ns, ratio }`: nanoseconds an operation and how many times faster than the baseline,
 *   each with median and quartiles
 */
export async function measure(contestants, baseline, { budgetMs, warmupMs, clock }) {
  const now = clockNamed(clock)
  const rounds = new Map(contestants.map(({ name }) => [name, []]))
  await warmUp(contestants, warmupMs)
  const end = performance.now() + budgetMs
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (round >= ROUNDS_MIN && performance.now() > end) break
    globalThis.gc?.()
    for (let i = 0; i < contestants.length; i++) {
      const contestant = contestants[(i + round) % contestants.length]
      rounds.get(contestant.name).push(await medianNs(contestant, now, TASK_MS))
    }
  }
  return contestants.map(({ name }) => summarize(name, rounds.get(name), rounds.get(baseline)))
}

/** By wall time: what has become hot is compiled on other threads, and that takes its time. */
async function warmUp(contestants, warmupMs) {
  for (const contestant of contestants) await medianNs(contestant, clockNamed('wall'), warmupMs, 1)
}

async function medianNs({ name, run, isAsync, operations }, now, time, iterations = TASK_RUNS_MIN) {
  // Nobody pays for what the contestant before left behind: after a run that is not counted most garbage is one's own.
  globalThis.gc?.({ type: 'minor' })
  keep(await run())
  const bench = new Bench({ now, time, iterations, warmup: false, throws: true })
  bench.add(name, isAsync ? async () => keep(await run()) : () => keep(run()))
  await bench.run()
  keep(undefined)
  return (bench.tasks[0].result.latency.p50 * 1e6) / operations
}

/** The last result stays reachable, so that no engine can leave out the work. */
export let kept

function keep(result) {
  kept = result
}

function summarize(name, samples, baseline) {
  const ratio = summary(samples.map((ns, round) => baseline[round] / ns))
  return { name, ns: summary(samples), ratio, rounds: samples.length }
}
