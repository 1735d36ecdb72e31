// The values found at one place of all samples, sorted by kind; and objects turned into one column per key.

import { OptionError } from '../errors.ts'

/** Everything that was seen at one place. JSON has no more kinds than these. */
export interface Column {
  nulls: number
  booleans: number
  readonly numbers: number[]
  readonly strings: string[]
  readonly arrays: (readonly unknown[])[]
  readonly objects: JsonObject[]
}

export type JsonObject = Readonly<Record<string, unknown>>

/** Objects seen at one place, key by key. */
export interface KeyColumns {
  readonly objectCount: number
  /** Values of each key, in order of first appearance. */
  readonly values: ReadonlyMap<string, readonly unknown[]>
  /** The different orders in which keys came, the most frequent first. */
  readonly orders: readonly (readonly string[])[]
}

/** Sorts values by kind. Values with a `toJSON` count as what it gives. */
export function columnOf(values: readonly unknown[]): Column {
  const column: Column = { nulls: 0, booleans: 0, numbers: [], strings: [], arrays: [], objects: [] }
  for (const value of values) addValue(column, plain(value))
  return column
}

/** How many kinds besides null there are. */
export function kindCount({ booleans, numbers, strings, arrays, objects }: Column): number {
  return [booleans, numbers.length, strings.length, arrays.length, objects.length].filter(count => count > 0)
    .length
}

function addValue(column: Column, value: unknown): void {
  switch (typeof value) {
    case 'string':
      column.strings.push(value)
      return
    case 'number':
      column.numbers.push(value)
      return
    case 'boolean':
      column.booleans++
      return
    case 'bigint':
      throw new OptionError('samples', 'JSON values', value)
    case 'object':
      if (value === null) column.nulls++
      else if (Array.isArray(value)) column.arrays.push(value)
      else column.objects.push(value as JsonObject)
      return
    default:
      column.nulls++ // in an array, what JSON has no value for becomes null
  }
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { toJSON } = value as { toJSON?: unknown }
  return typeof toJSON === 'function' ? toJSON.call(value) : value
}

/** One column per key; a key whose value JSON leaves out (`undefined`, a function) counts as missing. */
export function keyColumns(objects: readonly JsonObject[]): KeyColumns {
  const values = new Map<string, unknown[]>()
  const orders = new OrderCounter()
  for (const object of objects) {
    const keys = Object.keys(object).filter(key => isWritten(object[key]))
    for (const key of keys) {
      const column = values.get(key)
      if (column) column.push(object[key])
      else values.set(key, [object[key]])
    }
    orders.add(keys)
  }
  return { objectCount: objects.length, values, orders: orders.mostFrequentFirst() }
}

function isWritten(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
}

/** Counts orders of keys; rows mostly have the one of the row before. */
class OrderCounter {
  readonly #orders = new Map<string, { readonly keys: readonly string[]; count: number }>()
  #last: { readonly keys: readonly string[]; count: number } | undefined

  add(keys: readonly string[]): void {
    if (this.#last === undefined || !sameKeys(keys, this.#last.keys)) {
      const name = JSON.stringify(keys)
      this.#last = this.#orders.get(name) ?? { keys, count: 0 }
      this.#orders.set(name, this.#last)
    }
    this.#last.count++
  }

  mostFrequentFirst(): readonly (readonly string[])[] {
    return [...this.#orders.values()].sort((a, b) => b.count - a.count).map(({ keys }) => keys)
  }
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i])
}
