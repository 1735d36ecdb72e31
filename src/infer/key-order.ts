// One order of keys that agrees with every sample, where there is one. A schema writes its properties in one
// fixed order; samples that leave keys out only say part of it, so their orders are merged.

export interface KeyOrder {
  readonly keys: readonly string[]
  /** Two keys that come in both orders, directly or over others; none when `keys` fits every sample. */
  readonly conflict: readonly [string, string] | undefined
}

/** With conflicts, so many orders are tried one after the other; each costs a merge. */
const ORDERS_TRIED_MAX = 64

/**
 * Merges orders topologically; among free choices the key that was seen first goes first.
 *
 * @param orders the most frequent first: where they contradict each other, these are agreed with
 */
export function mergeKeyOrders(orders: readonly (readonly string[])[]): KeyOrder {
  const merged = sortKeys(keysInFrontOf(orders))
  if (merged.conflict === undefined) return merged
  const agreed: (readonly string[])[] = []
  for (const order of orders.slice(0, ORDERS_TRIED_MAX)) {
    if (sortKeys(keysInFrontOf([...agreed, order])).conflict === undefined) agreed.push(order)
  }
  const { keys } = sortKeys(keysInFrontOf(agreed))
  return { keys: [...new Set([...keys, ...merged.keys])], conflict: merged.conflict }
}

/** For each key, in order of first appearance, the keys that come right before it somewhere. */
function keysInFrontOf(orders: readonly (readonly string[])[]): Map<string, Set<string>> {
  const before = new Map<string, Set<string>>()
  for (const order of orders) {
    let previous: string | undefined
    for (const key of order) {
      const inFront = before.get(key) ?? new Set()
      if (previous !== undefined) inFront.add(previous)
      before.set(key, inFront)
      previous = key
    }
  }
  return before
}

/**
 * Depth first: a key is written when all that come before it are. Meeting a key that is still open closes a
 * circle: that one demand is dropped, and remembered as the conflict.
 */
function sortKeys(before: ReadonlyMap<string, ReadonlySet<string>>): KeyOrder {
  const keys = new Set<string>()
  const open = new Set<string>()
  let conflict: readonly [string, string] | undefined
  for (const root of before.keys()) {
    const path = keys.has(root) ? [] : [enter(root)]
    while (path.length > 0) {
      const { key, rest } = path[path.length - 1]!
      const next = rest.next()
      if (next.done === true) {
        path.pop()
        open.delete(key)
        keys.add(key)
      } else if (open.has(next.value)) conflict ??= [next.value, key]
      else if (!keys.has(next.value)) path.push(enter(next.value))
    }
  }
  return { keys: [...keys], conflict }

  function enter(key: string): { key: string; rest: Iterator<string> } {
    open.add(key)
    return { key, rest: before.get(key)!.values() }
  }
}
