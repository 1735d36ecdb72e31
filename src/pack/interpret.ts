// The interpreting packer: walks the nodes for each value. Used where code generation is forbidden, and to try a
// value against the variants of a union. Must agree with generate.ts slot for slot.

import { acceptsNull } from '../spec/nulls.ts'
import { exhausted } from '../spec/program.ts'
import type { Field, NodeIndex, NodeOf, Spec, SpecNode } from '../spec/spec.ts'
import { arrayOf, countOf, isEmpty, objectOf, ownValue, restEntries, tupleOf } from './containers.ts'
import { Failure, isInstance } from './failure.ts'
import { locate } from './locate.ts'
import { expectedOf } from './nodes.ts'
import {
  LONG_TEXT_UNITS,
  MISSING_SLOT,
  NULL_SLOT,
  PackedRows,
  type PackRows,
  packEach,
  push,
  TEXT_FOLLOWS,
} from './packed-rows.ts'
import {
  anyText,
  bigintValue,
  boolSlot,
  bytesText,
  type EnumLookup,
  enumIndex,
  enumLookup,
  finiteSlot,
  floatSlot,
  intSlot,
  rawText,
  requiredAnyText,
  stringText,
} from './scalars.ts'
import { durationValue, timeOfDate, timeValue } from './times.ts'
import { hasToJson, mayBeMissing, type Unwrap, unwrapOf } from './to-json.ts'
import { type TryPack, UnionChooser } from './variants.ts'

export function interpretingPacker(spec: Spec): PackRows {
  const interpreter = new Interpreter(spec)
  return (packed, rows, start, end) =>
    packEach(packed, spec.root, start, end, i => interpreter.packElement(packed, spec.root, rows[i], i))
}

/** Packs single values. */
export class Interpreter {
  readonly #spec: Spec
  readonly #acceptsNull: readonly boolean[]
  readonly #lookups: readonly (EnumLookup | undefined)[]
  readonly #choosers: readonly (UnionChooser | undefined)[]
  readonly #unwraps: readonly (Unwrap | undefined)[]
  readonly #quick: Uint8Array
  /** The most literal bytes that a property of an object's rest takes. */
  readonly #restBytes: readonly number[]

  constructor(spec: Spec) {
    this.#spec = spec
    this.#acceptsNull = spec.nodes.map(node => acceptsNull(spec.nodes, node.index))
    this.#quick = Uint8Array.from(spec.nodes, node =>
      node.encode ? QUICK_NONE : (QUICK_OPS[node.op] ?? QUICK_NONE),
    )
    this.#restBytes = spec.nodes.map(node => (node.op === 'object' ? restLiteralBytes(spec, node) : 0))
    this.#lookups = spec.nodes.map(node => {
      if (node.op === 'const') return enumLookup([node.value])
      return node.op === 'enum' ? enumLookup(node.values) : undefined
    })
    this.#choosers = spec.nodes.map(node =>
      node.op === 'union' ? new UnionChooser(spec, node, this.try.bind(this)) : undefined,
    )
    this.#unwraps = spec.nodes.map(({ index }) =>
      unwrapOf(spec, index, union => this.#choosers[union.index]!.unwrapping),
    )
  }

  /** A row or an element: undefined counts as null where null is accepted. */
  packElement(packed: PackedRows, index: NodeIndex, element: unknown, key: string | number): void {
    const node = this.#spec.nodes[index]!
    let value = node.encode ? node.encode(element) : element
    if (this.#acceptsNull[index]) {
      value = this.#unwrapped(index, value, key)
      if (value === undefined) value = null
    }
    if (node.op === 'any' && !(node.nullable && value === null)) {
      return pushText(packed, anyText(value, this.#spec.htmlSafe) ?? 'null')
    }
    this.#packPresent(packed, node, value, node.nullable || node.slotted, key)
  }

  #packValue(packed: PackedRows, index: NodeIndex, given: unknown, key: string | number): void {
    packed.node = index
    const node = this.#spec.nodes[index]!
    const value = this.#acceptsNull[index] ? this.#unwrapped(index, given, key) : given
    this.#packPresent(
      packed,
      node,
      node.encode ? node.encode(value) : value,
      node.nullable || node.slotted,
      key,
    )
  }

  #packField(packed: PackedRows, field: Field, object: Record<string, unknown>): void {
    const { name } = field
    packed.node = field.node
    this.packProperty(packed, field, field.ownOnly ? ownValue(object, name) : object[name])
  }

  /** The value of a property; `packed.node` is the field's. */
  packProperty(packed: PackedRows, field: Field, given: unknown): void {
    const { name } = field
    const node = this.#spec.nodes[field.node]!
    let value = given
    if (!field.omitEmpty && packQuick(packed, this.#quick[field.node]!, value)) return
    const maybe = node.nullable || node.slotted
    if (mayBeMissing(field) || this.#acceptsNull[field.node]) value = this.#unwrapped(field.node, value, name)
    if (field.defaultValue !== undefined) {
      if (this.#isMissing(field, value)) value = field.defaultValue
      else if (field.omitEmpty && isEmpty(value)) return push(packed, MISSING_SLOT)
      else if (node.encode) value = node.encode(value)
      return this.#packPresent(packed, node, value, maybe || field.omissible, name)
    }
    if (!field.optional) {
      return this.#packPresent(packed, node, node.encode ? node.encode(value) : value, maybe, name)
    }
    if (this.#isMissing(field, value) || (field.omitEmpty && isEmpty(value)))
      return push(packed, MISSING_SLOT)
    if (node.encode) {
      value = node.encode(value)
      if (this.#isMissing(field, value)) return push(packed, MISSING_SLOT)
    }
    if (node.op === 'any') {
      const text = anyText(value, this.#spec.htmlSafe)
      return text === undefined ? push(packed, MISSING_SLOT) : pushText(packed, text)
    }
    this.#packPresent(packed, node, value, true, name)
  }

  #unwrapped(index: NodeIndex, value: unknown, key: string | number): unknown {
    const unwrap = this.#unwraps[index]
    return unwrap !== undefined && hasToJson(value) ? unwrap(value, key) : value
  }

  #isMissing(field: Field, value: unknown): boolean {
    return value === undefined || (value === null && !this.#acceptsNull[field.node])
  }

  #packPresent(
    packed: PackedRows,
    node: SpecNode,
    value: unknown,
    maybe: boolean,
    key: string | number,
  ): void {
    if (node.nullable && value === null) return push(packed, NULL_SLOT)
    switch (node.op) {
      case 'object':
        return this.#packObject(packed, node, value, maybe, key)
      case 'array':
        return this.#packArray(packed, node, value)
      case 'tuple':
        return this.#packTuple(packed, node, value, maybe)
      case 'union':
        return this.#packUnion(packed, node, value, key)
      case 'ref':
        return this.#packReference(packed, node, value, maybe, key)
      case 'int':
        return push(packed, intSlot(value))
      case 'float':
        return push(packed, node.rejectNonFinite ? finiteSlot(value) : floatSlot(value))
      case 'bigint':
        return pushNumberOrText(packed, bigintValue(value))
      case 'bool':
        return push(packed, boolSlot(value))
      case 'string':
        return pushText(packed, stringText(value))
      case 'bytes':
        return pushText(packed, bytesText(value))
      case 'enum':
        return push(packed, enumIndex(value, this.#lookups[node.index]!))
      case 'const':
        enumIndex(value, this.#lookups[node.index]!)
        return maybe ? push(packed, 0) : undefined
      case 'date-time':
      case 'date':
      case 'time':
        return pushNumberOrText(packed, timeValue(node.op, value))
      case 'duration':
        return pushNumberOrText(packed, durationValue(value, node.asSeconds))
      case 'any':
        return pushText(packed, requiredAnyText(value, this.#spec.htmlSafe))
      case 'raw':
        return pushText(packed, rawText(value, node.trusted, this.#spec.htmlSafe))
      default:
        return exhausted(node)
    }
  }

  #packObject(
    packed: PackedRows,
    node: NodeOf<'object'>,
    value: unknown,
    maybe: boolean,
    key: string | number,
  ): void {
    const object = objectOf(value, key)
    if (maybe) push(packed, 0)
    for (const field of node.fields) this.#packField(packed, field, object)
    if (node.rest.length > 0) this.#packRest(packed, node, object)
  }

  #packRest(packed: PackedRows, node: NodeOf<'object'>, object: Record<string, unknown>): void {
    const { names, values, rules } = restEntries(object, node)
    const countPosition = packed.position
    push(packed, names.length)
    packed.literalBytes += names.length * this.#restBytes[node.index]!
    let kept = 0
    for (let j = 0; j < names.length; j++) {
      this.#ensureSlots(packed)
      const name = names[j]!
      const { text, position } = packed
      packed.text += name
      push(packed, name.length)
      const rule = rules === undefined ? 0 : rules[j]!
      const index = node.rest[rule]!.node
      packed.node = index
      const value = this.#writable(index, this.#unwrapped(index, values ? values[j] : object[name], name))
      if (value === undefined) {
        packed.text = text
        packed.position = position
        continue
      }
      kept++
      if (node.rest.length > 1) push(packed, rule)
      if (this.#isPlainAny(index)) pushText(packed, value as string)
      else this.#packValue(packed, index, value, name)
    }
    packed.slots[countPosition] = kept
  }

  #isPlainAny(index: NodeIndex): boolean {
    const node = this.#spec.nodes[index]!
    return node.op === 'any' && !node.encode
  }

  /** A rest property's value, for an `any` its text; undefined where there is nothing to write. */
  #writable(index: NodeIndex, value: unknown): unknown {
    return value !== undefined && this.#isPlainAny(index) ? anyText(value, this.#spec.htmlSafe) : value
  }

  #packArray(packed: PackedRows, node: NodeOf<'array'>, value: unknown): void {
    const array = arrayOf(value, packed.copies)
    const count = countOf(array)
    push(packed, count)
    packed.literalBytes += count * (this.#spec.program.literalBytes[node.item]! + 1)
    for (let j = 0; j < count; j++) {
      this.#ensureSlots(packed)
      packed.node = node.item
      this.packElement(packed, node.item, array[j], j)
    }
  }

  #packTuple(packed: PackedRows, node: NodeOf<'tuple'>, value: unknown, maybe: boolean): void {
    const array = tupleOf(value, node.items.length, packed.copies)
    if (maybe) push(packed, 0)
    for (const [j, item] of node.items.entries()) {
      packed.node = item
      this.packElement(packed, item, array[j], j)
    }
  }

  #packUnion(packed: PackedRows, node: NodeOf<'union'>, value: unknown, key: string | number): void {
    const chooser = this.#choosers[node.index]!
    const unwrapped = chooser.unwrap(value, key)
    const variant = chooser.choose(unwrapped, packed)
    push(packed, variant)
    this.#packValue(packed, node.variants[variant]!, unwrapped, key)
  }

  #packReference(
    packed: PackedRows,
    node: NodeOf<'ref'>,
    value: unknown,
    maybe: boolean,
    key: string | number,
  ): void {
    const { maxDepth } = this.#spec
    if (maybe) push(packed, 0)
    packed.node = node.target
    if (++packed.depth > maxDepth) throw depthFailure(maxDepth)
    this.#ensureSlots(packed)
    packed.literalBytes += this.#spec.program.literalBytes[node.target]!
    this.#packValue(packed, node.target, value, key)
    packed.depth--
    // What follows in each body that is open may need slots of its own.
    this.#ensureSlots(packed)
  }

  /**
   * `undefined` when a value fits a node, else why not. Unions inside it ask the same of what they hold, and so do those
   * inside them: each answer is kept until the outermost is known, or the work would double with every level.
   */
  try(index: NodeIndex, value: unknown, around: PackedRows): string | undefined {
    const trials = around.trials ?? new Map()
    around.copies ??= new Map()
    // A lone question about a leaf is not asked again.
    const isLeaf = typeof value !== 'object' || value === null
    if (isLeaf && around.trials === undefined) return this.#try(index, value, around, trials)
    const outcomes = trials.get(value) ?? new Map<number, string | undefined>()
    trials.set(value, outcomes)
    const key = index * DEPTH_KEYS + around.depth
    if (!outcomes.has(key)) outcomes.set(key, this.#try(index, value, around, trials))
    return outcomes.get(key)
  }

  #try(
    index: NodeIndex,
    value: unknown,
    { depth, copies }: PackedRows,
    trials: PackedRows['trials'],
  ): string | undefined {
    const spec = this.#spec
    const packed = trialRows(slotMargin(spec))
    packed.depth = depth
    packed.copies = copies
    packed.trials = trials
    packed.node = index
    try {
      this.packElement(packed, index, value, '')
      return undefined
    } catch (error) {
      packed.fail(packed.node, packed.position, packed.text)
      const path = locate(spec, packed, index, depth)
      const at = path === '' ? '' : `${path} `
      if (!isInstance(error, Failure)) return `${at}threw`
      const expected = error.expected ?? expectedOf(spec.nodes, spec.nodes[packed.node]!)
      return `${at}expected ${expected}, got ${error.received}`
    }
  }

  #ensureSlots(packed: PackedRows): void {
    if (packed.position > packed.slotEnd) packed.text = packed.grow(packed.position, packed.text)
  }
}

const QUICK_NONE = 0
const QUICK_STRING = 1
const QUICK_INT = 2
const QUICK_FLOAT = 3
const QUICK_TIME = 4
const QUICK_OPS: Partial<Record<SpecNode['op'], number>> = {
  string: QUICK_STRING,
  int: QUICK_INT,
  float: QUICK_FLOAT,
  'date-time': QUICK_TIME,
  date: QUICK_TIME,
  time: QUICK_TIME,
}

/** Packs a value of the very type its node asks for, whatever else the property may be; most values are. */
function packQuick(packed: PackedRows, quick: number, value: unknown): boolean {
  if (typeof value === 'string') {
    if (quick !== QUICK_STRING) return false
    pushText(packed, value)
    return true
  }
  if (typeof value === 'number') {
    const fits = quick === QUICK_INT ? (value | 0) === value : quick === QUICK_FLOAT && value - value === 0
    if (fits) push(packed, value)
    return fits
  }
  if (quick !== QUICK_TIME || typeof value !== 'object' || !(value instanceof Date)) return false
  const time = timeOfDate(value)
  if (Number.isNaN(time)) return false
  push(packed, time)
  return true
}

export function depthFailure(maxDepth: number): Failure {
  return new Failure('DEPTH', `at most ${maxDepth} nested references`, 'more: is it a cycle?')
}

function pushText(packed: PackedRows, text: string): void {
  if (text.length > LONG_TEXT_UNITS) packed.text = packed.writeLong(packed.text, text)
  else packed.text += text
  packed.slots[packed.position++] = text.length
}

function pushNumberOrText(packed: PackedRows, value: number | string): void {
  if (typeof value === 'number') return push(packed, value)
  push(packed, TEXT_FOLLOWS)
  pushText(packed, value)
}

const TRIAL_SLOTS = 1024
/** More than the references that can be open. */
const DEPTH_KEYS = 2 ** 14

/** Packs values aside, to learn whether they fit a node. */
export function trialPacker(spec: Spec): TryPack {
  const interpreter = new Interpreter(spec)
  return (index, value, around) => interpreter.try(index, value, around)
}

function trialRows(margin: number): PackedRows {
  const packed = new PackedRows(new Float64Array(TRIAL_SLOTS + margin), 0, ({ slots }) => {
    const larger = new Float64Array(slots.length * 2)
    larger.set(slots)
    packed.slots = larger
    packed.slotEnd = larger.length - margin
  })
  packed.slotEnd = packed.rowSlotEnd = TRIAL_SLOTS
  return packed
}

/** Slots that one pass over every node takes at most: a value and its text length each, a rest's name and rule. */
export function slotMargin(spec: Spec): number {
  return spec.nodes.length * 4 + 8
}

function restLiteralBytes(spec: Spec, { rest }: NodeOf<'object'>): number {
  return Math.max(0, ...rest.map(rule => spec.program.literalBytes[rule.node]!))
}
