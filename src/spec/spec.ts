// The compiled form of a schema. Everything knowable once is here, so that packing and writing only follow it.
//
//     Spec
//     ├── nodes     what to read and check, walked by the packers          (index 0 is the row)
//     └── program   what to write, walked by the kernel, see program.ts    (same order, flat bytes)
//
// Nodes refer to each other by index; a reference that may recurse is a `ref` node, which packers call and
// the kernel's program enters with a call entry. Everything else is a tree.

import type { Program } from './program.ts'

/** 0-based position in `Spec.nodes`. */
export type NodeIndex = number

/** Applied to a value before anything else is done with it (TypeBox `Codec`), outermost first. */
export type Encode = (value: unknown) => unknown

interface NodeBase {
  readonly index: NodeIndex
  /** JSON pointer of the schema this node was compiled from. */
  readonly pointer: string
  /** What its schema calls itself, to tell it from the other variants of a union. */
  readonly title: string | undefined
  /** `null` is written as `null` by this node itself (a folded nullable). */
  readonly nullable: boolean
  /** A packed slot says present, null or missing although the op needs no slot of its own. */
  readonly slotted: boolean
  readonly encode: Encode | undefined
}

/** A property an object's schema names. */
export interface Field {
  /** Name the value is read by. */
  readonly name: string
  /** Name it is written under: the schema's `alias`, else `name`. */
  readonly writtenName: string
  readonly node: NodeIndex
  readonly optional: boolean
  /** Also omitted when `""`, `[]`, `{}` or NaN. */
  readonly omitEmpty: boolean
  /** May be left out: it is optional, and no default stands in for it, at least not for an empty value. */
  readonly omissible: boolean
  /** Stands in for a missing value; `undefined` when the schema has none. */
  readonly defaultValue: unknown
  /** The name exists on `Object.prototype`, so only an own property counts. */
  readonly ownOnly: boolean
}

/** A predicate over property names that never runs a pattern of the schema: no back-tracking, no code. */
export type KeyTest =
  | { readonly kind: 'any' }
  | { readonly kind: 'prefix' | 'suffix' | 'contains'; readonly text: string }
  | { readonly kind: 'oneOf'; readonly texts: readonly string[] }
  | { readonly kind: 'natural' | 'integer' | 'number' }

/** Properties that the schema admits without naming them. */
export interface RestRule {
  readonly test: KeyTest
  readonly node: NodeIndex
}

export type TimeOp = 'date-time' | 'date' | 'time'

export type SpecNode = NodeBase &
  (
    | {
        readonly op: 'object'
        readonly fields: readonly Field[]
        /** First rule whose test accepts the name; names no rule accepts are dropped. */
        readonly rest: readonly RestRule[]
        /** Also the names of `fields`, so that the rest leaves them out. */
        readonly names: ReadonlySet<string>
      }
    | { readonly op: 'array'; readonly item: NodeIndex }
    | { readonly op: 'tuple'; readonly items: readonly NodeIndex[] }
    | { readonly op: 'union'; readonly variants: readonly NodeIndex[]; readonly choice: UnionChoice }
    | { readonly op: 'ref'; readonly target: NodeIndex; readonly name: string }
    | { readonly op: 'int' }
    | { readonly op: 'float'; readonly rejectNonFinite: boolean }
    | { readonly op: 'bigint'; readonly asString: boolean }
    | { readonly op: 'bool' }
    | { readonly op: 'string' }
    | { readonly op: 'enum'; readonly values: readonly EnumValue[] }
    | { readonly op: 'const'; readonly value: EnumValue }
    | { readonly op: TimeOp; readonly wholeSeconds: boolean }
    | { readonly op: 'duration'; readonly asSeconds: boolean }
    | { readonly op: 'bytes' }
    | { readonly op: 'any' }
    | { readonly op: 'raw'; readonly trusted: boolean }
  )

export type Op = SpecNode['op']
export type NodeOf<O extends Op> = Extract<SpecNode, { op: O }>

/** One value of an enum or const with its JSON text; `value` is compared, `json` is written. */
export interface EnumValue {
  readonly value: unknown
  readonly json: string
}

/** The kinds of JavaScript value that variants of a union are told apart by, cheapest test first. */
export const VALUE_KINDS = [
  'string',
  'number',
  'boolean',
  'bigint',
  'null',
  'array',
  'object',
  'missing',
] as const
export type ValueKind = (typeof VALUE_KINDS)[number]

/** How a union finds its variant, computed at compile time. */
export interface UnionChoice {
  /** For each kind, the variants that may accept it, in schema order. */
  readonly byKind: Readonly<Record<ValueKind, readonly number[]>>
  /** A const or enum property that differs in every object variant: value -> variant. */
  readonly discriminator:
    | { readonly name: string; readonly ownOnly: boolean; readonly variants: ReadonlyMap<unknown, number> }
    | undefined
}

export interface CompileOptions {
  /** Write `<`, `>`, `&`, U+2028 and U+2029 as `\uxxxx`, for JSON placed inside a page. Default false. */
  readonly htmlSafe?: boolean | undefined
  /** What to do with NaN and the infinities where a field does not say: write `null` (default) or throw. */
  readonly nonFinite?: 'null' | 'throw' | undefined
  /** How many recursive references may be open at once (1..10,000). Default 128. */
  readonly maxDepth?: number | undefined
  /** Other documents that `$ref` may name, keyed by `$id`. */
  readonly schemas?: Readonly<Record<string, object>> | undefined
  /** `false` packs with the interpreter; the default generates code where the process allows it. */
  readonly codegen?: boolean | undefined
}

export interface Spec {
  readonly nodes: readonly SpecNode[]
  readonly root: NodeIndex
  readonly program: Program
  readonly htmlSafe: boolean
  readonly maxDepth: number
}
