// Arrays: a list of like elements, or a tuple of unlike ones.

import { aside, below, type InferContext } from './context.ts'
import { type Inferred, isMixed } from './inferred.ts'

const TUPLE_ITEMS_MAX = 16

/** The shape of arrays seen at one place. */
export function inferArrays(arrays: readonly (readonly unknown[])[], context: InferContext): Inferred {
  const list = aside(context, inside => inside.infer(elementsOf(arrays), below(inside, '[]')))
  const tuple = isClear(list.result) ? undefined : aside(context, inside => inferTuple(arrays, inside))
  if (tuple?.result !== undefined) {
    context.notes.push(...tuple.notes)
    return { kind: 'tuple', items: tuple.result }
  }
  context.notes.push(...list.notes)
  return { kind: 'array', items: list.result }
}

/** Also the holes of sparse arrays, which `Array#flat` skips. */
function elementsOf(arrays: readonly (readonly unknown[])[]): readonly unknown[] {
  const elements: unknown[] = []
  for (const array of arrays) for (const element of array) elements.push(element)
  return elements
}

/** Arrays of one length whose positions each have one kind of value, though not all the same. */
function inferTuple(
  arrays: readonly (readonly unknown[])[],
  context: InferContext,
): readonly Inferred[] | undefined {
  const { length } = arrays[0]!
  const fits = arrays.length > 1 && length > 1 && length <= TUPLE_ITEMS_MAX
  if (!fits || arrays.some(array => array.length !== length)) return undefined
  const items: Inferred[] = []
  for (let i = 0; i < length; i++) {
    const values = arrays.map(array => array[i])
    const item = context.infer(values, below(context, `${i}`))
    if (!isClear(item)) return undefined
    items.push(item)
  }
  return items
}

function isClear(inferred: Inferred): boolean {
  return inferred.kind !== 'unknown' && !isMixed(inferred)
}
