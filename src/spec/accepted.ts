// What may be given for a type, beside values of exactly that type: the packers take more than TypeBox's static types
// say, and those of a schema stay what TypeBox makes them.

/** Their members are methods, not properties that a schema names. */
type Whole = Date | Uint8Array | ((...args: never) => unknown)

/**
 * What is taken for a `T`: also readonly, and null or undefined for an optional property, which is left out then; any
 * iterable but a string for an array, a `Map` for a record.
 */
export type Accepted<T> = T extends Whole
  ? T
  : T extends readonly unknown[]
    ? AcceptedArray<T>
    : T extends object
      ? AcceptedObject<T> | AcceptedMap<T>
      : T

type AcceptedArray<T extends readonly unknown[]> = number extends T['length']
  ? readonly Accepted<T[number]>[] | (Iterable<Accepted<T[number]>> & object)
  : { readonly [K in keyof T]: Accepted<T[K]> }

type AcceptedObject<T> = {
  readonly [K in keyof T]: IsOptional<T, K> extends true ? Accepted<T[K]> | null | undefined : Accepted<T[K]>
}

/** Not so the names of a record: one that is there has a value. */
type IsOptional<T, K extends keyof T> = string extends K
  ? false
  : Record<never, never> extends Pick<T, K>
    ? true
    : false

type AcceptedMap<T> = string extends keyof T
  ? Record<never, never> extends T
    ? ReadonlyMap<string, Accepted<T[keyof T]>>
    : never
  : never
