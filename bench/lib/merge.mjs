// One result out of several processes: the state a process gets into, of its heap and its allocator, stays for its life.

import { median } from './statistics.mjs'

/** `runs`: the tables of each process, in the same order. Medians of medians, and the widest quartiles. */
export function mergeRuns(runs) {
  return runs[0].map((table, i) => {
    if (runs.length === 1) return table
    const tables = runs.map(run => run[i])
    const contestants = table.contestants?.map((_, j) => mergeEntries(tables.map(it => it.contestants[j])))
    return { ...table, contestants, figures: mergeFigures(tables.map(it => it.figures)) }
  })
}

function mergeEntries(entries) {
  const [{ name, ratio }] = entries
  const merged = { name, ns: mergeSpreads(entries.map(it => it.ns)) }
  return ratio === undefined ? merged : { ...merged, ratio: mergeSpreads(entries.map(it => it.ratio)) }
}

function mergeSpreads(spreads) {
  const merged = { median: median(spreads.map(it => it.median)) }
  if (spreads[0].low === undefined) return merged
  const low = Math.min(...spreads.map(it => it.low))
  return { ...merged, low, high: Math.max(...spreads.map(it => it.high)) }
}

function mergeFigures([first, ...others]) {
  if (first === undefined) return undefined
  const labels = Object.keys(first)
  return Object.fromEntries(labels.map(label => [label, median([first, ...others].map(it => it[label]))]))
}
