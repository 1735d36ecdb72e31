// Runs a case under V8's sampling profiler and prints where the time went.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChild } from './child.mjs'
import { kernelFunctionNames } from './kernel-names.mjs'

const COLLECTOR = '(garbage collector)'
const INTERVAL_US = 250
const TOP_COUNT = 20

/** Prints self time by function, in percent of the time spent serializing. */
export async function printProfile(options) {
  const folder = mkdtempSync(join(tmpdir(), 'tocson-profile-'))
  try {
    const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_US}`]
    await runChild('profile', options, flags)
    const file = readdirSync(folder).find(name => name.endsWith('.cpuprofile'))
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    const top = selfTimes(profile, await kernelFunctionNames())
    console.log(`\n${options.name}: self time while serializing`)
    for (const [place, share] of top.slice(0, TOP_COUNT)) {
      console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${place}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `[place, share]`, largest first, of what `serialize` called, and of the garbage collector once it had begun. */
function selfTimes({ nodes, samples, timeDeltas }, kernelNames) {
  const places = placesOf(nodes, kernelNames)
  const started = samples.findIndex(id => places.has(id) && places.get(id) !== COLLECTOR)
  const times = new Map()
  let total = 0
  samples.forEach((id, i) => {
    const place = places.get(id)
    if (place === undefined || i < started) return
    times.set(place, (times.get(place) ?? 0) + timeDeltas[i])
    total += timeDeltas[i]
  })
  return [...times].map(([place, time]) => [place, time / total]).sort((a, b) => b[1] - a[1])
}

/** Node id to function, of what is below `serialize`. */
function placesOf(nodes, kernelNames) {
  const byId = new Map(nodes.map(node => [node.id, node]))
  const places = new Map()
  const visit = (node, isInside, caller) => {
    const { functionName } = node.callFrame
    const counts = isInside || functionName === 'serialize'
    if (counts || functionName === COLLECTOR)
      places.set(node.id, placeName(node.callFrame, caller, kernelNames))
    for (const child of node.children ?? []) visit(byId.get(child), counts, functionName)
  }
  visit(nodes[0], false, '')
  return places
}

function placeName({ functionName, url, lineNumber }, caller, kernelNames) {
  const index = /^wasm-function\[(\d+)\]$/.exec(functionName)?.[1]
  if (index !== undefined) return `kernel: ${kernelNames.get(Number(index)) ?? index}`
  if (url === '') return functionName || `(native, called by ${caller})`
  return `${functionName || '(anonymous)'}  ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`
}
