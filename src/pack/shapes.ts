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
/** Objects packed in each way before one is chosen. */
const TRIAL_OBJECTS = 16
/** The first choice is made while V8 still learns the shapes; it is made again after so many samples, then four times that. */
const FIRST_RETRIAL = 4
const RETRIAL_GROWTH = 4

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
  /** `undefined`: the packer reads each property by name. */
  #gather: Gather | undefined
  /** Ways that are being tried; the last one is under way. Empty when one is chosen. */
  #trials: Trial[] = []
  #trialStart = 0
  #retrialAt = 0
  #retrialInterval = FIRST_RETRIAL

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
    if (!this.#varied) return null
    if (this.#trials.length > 0) this.#try()
    if (this.#gather === undefined || !isPlain(object)) return null
    return this.#gather(object, this.#names, this.#indexes)
  }

  #sample(object: Record<string, unknown>): void {
    // Listing the names of a Proxy would run code that packing does not run.
    const plain = isPlain(object)
    this.#countdown = plain && this.#sampled < FIRST_SAMPLES ? 1 : SAMPLE_INTERVAL
    if (!plain) return
    this.#samples[this.#sampled++ % SAMPLES_KEPT] = Object.keys(object).join('\n')
    const varied = new Set(this.#samples).size > SHAPES_MAX
    if (varied && (!this.#varied || this.#sampled >= this.#retrialAt)) this.#startTrials()
    this.#varied = varied
  }

  #startTrials(): void {
    this.#retrialAt = this.#sampled + this.#retrialInterval
    this.#retrialInterval *= RETRIAL_GROWTH
    this.#trials = []
    this.#startTrial()
  }

  #startTrial(): void {
    this.#gather = WAYS[this.#trials.length]
    this.#trials.push({ way: this.#gather, times: [] })
    this.#trialStart = performance.now()
  }

  /** What an object took is the time until the next one comes: reading by name is spread over all of its packing. */
  #try(): void {
    const { times } = this.#trials.at(-1)!
    const now = performance.now()
    times.push(now - this.#trialStart)
    this.#trialStart = now
    if (times.length <= TRIAL_OBJECTS) return
    if (this.#trials.length < WAYS.length) this.#startTrial()
    else this.#decide()
  }

  #decide(): void {
    const medians = this.#trials.map(({ times }) => times.sort((a, b) => a - b)[times.length >> 1]!)
    this.#gather = WAYS[medians.indexOf(Math.min(...medians))]
    this.#trials = []
  }
}

type Gather = (
  object: Record<string, unknown>,
  names: readonly string[],
  indexes: ReadonlyMap<string, number>,
) => unknown[]

interface Trial {
  readonly way: Gather | undefined
  readonly times: number[]
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

const WAYS: readonly (Gather | undefined)[] = [byEnumeration, byList, undefined]

/** A Proxy may have properties it does not enumerate; an instance may inherit some. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return (prototype === Object.prototype || prototype === null) && !types.isProxy(object)
}
