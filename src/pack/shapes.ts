// Objects with many optional properties often have as many shapes as there are rows. V8 then looks up every property
// by name, at 100 to 1,000 ns each, where listing what is there may cost a tenth of that, or, for objects in dictionary
// mode, three times as much; nothing in JavaScript tells which. So objects of such nodes are watched: a few are
// sampled, and while their property names differ, the ways to read them are tried in turn and the fastest is kept.
// Each way gives the same values: the choice is never seen in the output.

import { types } from 'node:util'
import type { NodeOf } from '../spec/spec.ts'

/** Fewer optional properties than this cannot make many shapes. */
const OPTIONAL_FIELDS_MIN = 6
const SAMPLES_KEPT = 8
/** V8 keeps up to four shapes apart at a property read. */
const SHAPES_MAX = 4
const FIRST_SAMPLES = 8
const SAMPLE_INTERVAL = 512
/** Objects read in each way before one is chosen. */
const TRIALS = 8

/** Whether a node's objects are worth watching. */
export function mayVaryInShape(node: NodeOf<'object'>): boolean {
  const optional = node.fields.filter(field => field.optional)
  // A name every object inherits must be asked for as an own property; no way below does.
  return optional.length >= OPTIONAL_FIELDS_MIN && !node.fields.some(field => field.ownOnly)
}

export class ShapeWatch {
  readonly #names: readonly string[]
  readonly #indexes: ReadonlyMap<string, number>
  readonly #samples: string[] = []
  #sampled = 0
  #countdown = 1
  #varied = false
  /** Reads each property by name, in the packer: what is not worth a way of its own. */
  #direct = true
  #gather: Gather | undefined
  readonly #trials: Trial[] = []

  constructor(node: NodeOf<'object'>) {
    this.#names = node.fields.map(field => field.name)
    this.#indexes = new Map(this.#names.map((name, i) => [name, i]))
  }

  /**
   * The values of an object's fields by index when that is the faster way to read them, else `null`. Only for plain
   * objects, where what is enumerable and own is all there is.
   */
  gather(object: Record<string, unknown>): unknown[] | null {
    if (--this.#countdown === 0) this.#sample(object)
    if (!this.#varied || this.#direct || !isPlain(object)) return null
    return this.#gather ? this.#gather(object, this.#names, this.#indexes) : this.#try(object)
  }

  #sample(object: Record<string, unknown>): void {
    // Listing the names of a Proxy would run code that packing does not run.
    const plain = isPlain(object)
    this.#countdown = plain && this.#sampled < FIRST_SAMPLES ? 1 : SAMPLE_INTERVAL
    if (!plain) return
    this.#samples[this.#sampled++ % SAMPLES_KEPT] = Object.keys(object).join('\n')
    const varied = new Set(this.#samples).size > SHAPES_MAX
    if (varied && !this.#varied) this.#startTrials()
    this.#varied = varied
  }

  #startTrials(): void {
    this.#direct = false
    this.#gather = undefined
    this.#trials.length = 0
    this.#trials.push(...WAYS.map(way => ({ way, ms: 0, count: 0 })))
  }

  #try(object: Record<string, unknown>): unknown[] {
    const trial = this.#trials.reduce((least, next) => (next.count < least.count ? next : least))
    const start = performance.now()
    const values = trial.way(object, this.#names, this.#indexes)
    // The first call of each pays for compiling it.
    if (trial.count++ > 0) trial.ms += performance.now() - start
    if (this.#trials.every(({ count }) => count > TRIALS)) this.#decide()
    return values
  }

  #decide(): void {
    const fastest = this.#trials.reduce((best, next) => (next.ms < best.ms ? next : best))
    this.#gather = fastest.way
    this.#direct = fastest.way === byName
  }
}

type Gather = (
  object: Record<string, unknown>,
  names: readonly string[],
  indexes: ReadonlyMap<string, number>,
) => unknown[]

interface Trial {
  readonly way: Gather
  ms: number
  count: number
}

function byName(object: Record<string, unknown>, names: readonly string[]): unknown[] {
  return names.map(name => object[name])
}

function byEnumeration(
  object: Record<string, unknown>,
  names: readonly string[],
  indexes: ReadonlyMap<string, number>,
): unknown[] {
  const values: unknown[] = new Array(names.length)
  let next = 0
  for (const name in object) {
    // Properties mostly come in the schema's order.
    const index = names[next] === name ? next : indexes.get(name)
    if (index === undefined) continue
    values[index] = object[name]
    next = index + 1
  }
  return values
}

function byList(
  object: Record<string, unknown>,
  names: readonly string[],
  indexes: ReadonlyMap<string, number>,
): unknown[] {
  const own = Object.keys(object)
  const listed = Object.values(object)
  const values: unknown[] = new Array(names.length)
  let next = 0
  for (let i = 0; i < own.length; i++) {
    const name = own[i]!
    const index = names[next] === name ? next : indexes.get(name)
    if (index === undefined) continue
    values[index] = listed[i]
    next = index + 1
  }
  return values
}

const WAYS: readonly Gather[] = [byName, byEnumeration, byList]

/** A Proxy may have properties it does not enumerate; an instance may inherit some. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return (prototype === Object.prototype || prototype === null) && !types.isProxy(object)
}
