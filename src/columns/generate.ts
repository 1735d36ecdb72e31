// The generated packer of columns: straight JavaScript for the schema and the kinds of its columns. Nothing
// of the schema or the data becomes code; what a column holds is read from the plan at the start of each
// call.
//
// Names as in pack/generate.ts; those of entry 3 of the plan are in leaf-code.ts. What is not worth code of
// its own goes through `slow`, the checks of rows.

import type { Interpreter } from '../pack/interpret.ts'
import { CHUNK_TEXT_UNITS, type PackedRows } from '../pack/packed-rows.ts'
import { type EnumLookup, enumLookup, finiteSlot, intSlot } from '../pack/scalars.ts'
import { acceptsNull } from '../spec/nulls.ts'
import type { NodeOf, Spec } from '../spec/spec.ts'
import { bindings, isMaybe, leafCode, valuesName } from './leaf-code.ts'
import type { Entry, Plan } from './plan.ts'
import { omitsStruct, type PackColumns, packLeaf } from './walk.ts'

/** V8 gives up optimizing very long functions, so more entries are packed by several. */
const ENTRIES_PER_FUNCTION = 60

const { getTime } = Date.prototype

/** Plans with the same signature are packed by the same code. */
export function signatureOf({ entries }: Plan): string {
  return entries.map(entrySignature).join(' ')
}

function entrySignature({ column, field, node, way }: Entry): string {
  const values = valuesName(column)
  const isEmptyStruct = column.kind === 'struct' && column.fields.size === 0
  const owner = field ? '' : 'element'
  const nulls = column.validity ? 'nulls' : ''
  return [node.index, owner, way, column.kind, values, nulls, isEmptyStruct ? 'empty' : ''].join(':')
}

/** Throws an EvalError where the process forbids code generation. */
export function generateColumnPacker(
  spec: Spec,
  interpreter: Interpreter,
  plan: Plan,
  staged: boolean,
): PackColumns {
  const source = new ColumnGenerator(spec, plan, staged).generate()
  const slow = (packed: PackedRows, entry: Entry, row: number, key: number) => {
    packed.node = entry.node.index
    try {
      packLeaf(interpreter, packed, entry, row, key)
    } catch (error) {
      packed.fail(packed.node, packed.position, packed.text)
      throw error
    }
  }
  const library = { slow, getTime, intSlot, finiteSlot, indexMap: indexMaps() }
  return new Function('L', source)(library)
}

/** For an enum: from the entries of a dictionary, or from values, to its indices. */
function indexMaps(): (entry: Entry) => Int32Array | ReadonlyMap<unknown, number> {
  const lookups = new Map<number, EnumLookup>()
  const maps = new WeakMap<object, Map<number, Int32Array>>()
  return ({ column, node }) => {
    const lookup = lookups.get(node.index) ?? enumLookup((node as NodeOf<'enum'>).values)
    lookups.set(node.index, lookup)
    const { byValue } = lookup
    if (column.kind !== 'dictionary') return byValue
    const { dictionary } = column
    const byNode = maps.get(dictionary) ?? new Map<number, Int32Array>()
    maps.set(dictionary, byNode)
    const map =
      byNode.get(node.index) ?? Int32Array.from(dictionary.entries, entry => byValue.get(entry) ?? -1)
    byNode.set(node.index, map)
    return map
  }
}

class ColumnGenerator {
  readonly #spec: Spec
  readonly #plan: Plan
  /** Text goes to the plan's staging as bytes, see stage.ts. */
  readonly #staged: boolean
  readonly #functions: string[] = []

  constructor(spec: Spec, plan: Plan, staged: boolean) {
    this.#spec = spec
    this.#plan = plan
    this.#staged = staged
  }

  generate(): string {
    const { fields, root } = this.#plan
    const presence = root.nullable || root.slotted ? 's[p++]=0;' : ''
    const groups = groupsOf(fields)
    const isOne = groups.length === 1
    const body = isOne ? this.#rows(fields) : groups.map((group, i) => this.#group(group, i)).join('\n')
    const rows = `return function packColumns(P,plan,i,end){
const B=plan.entries,T=plan.stage;${this.#prologue()}${isOne ? this.#bind(fields) : ''}
let row=p,start=0;
try{for(;i<end;i++){row=p;start=P.writtenUnits+t.length${this.#staged ? '+q' : ''};
if(p>P.rowSlotEnd||start>${CHUNK_TEXT_UNITS})break;
n=${root.index};${presence}
${body}}}catch(e){${this.#settle()}P.fail(n,p,t);P.failRow(i,row,start);throw e}
${this.#settle()}P.position=p;P.text=t;return i}`
    return `"use strict";const{slow,getTime,intSlot,finiteSlot,indexMap}=L;
${this.#functions.join('\n')}\n${rows}`
  }

  #group(fields: readonly Entry[], index: number): string {
    const name = `group${index}`
    this.#functions.push(`function ${name}(P,B,T,i){
${this.#prologue()}${this.#bind(fields)}
try{${this.#rows(fields)}}catch(e){${this.#settle()}P.fail(n,p,t);throw e}
${this.#leave()}}`)
    return `${this.#leave()}${name}(P,B,T,i);${RELOAD}${this.#staged ? 'q=T.length;' : ''}`
  }

  #prologue(): string {
    return this.#staged ? `${PROLOGUE}let q=T.length,y,z;const A=T.view;` : PROLOGUE
  }

  /** Makes what is staged text. */
  #settle(): string {
    return this.#staged ? 'if(q>0){t=P.writeAscii(t,T.take(q));q=0}' : ''
  }

  #leave(): string {
    return `P.position=p;P.text=t;${this.#staged ? 'T.length=q;' : ''}`
  }

  #slow({ id }: Entry, key: string): string {
    return `${this.#settle()}P.position=p;P.text=t;slow(P,E${id},r${id},${key});${RELOAD}`
  }

  /** What of the plan the code of these entries needs, in constants. */
  #bind(entries: readonly Entry[]): string {
    return entries.map(entry => `${bindings(entry, this.#staged)}\n${this.#bind(entry.children)}`).join('')
  }

  #rows(fields: readonly Entry[]): string {
    return fields.map(entry => this.#entry(entry, `i+d${entry.id}`, '0')).join('\n')
  }

  /** `row`: the value of the column to pack; `key`: the index of an element. */
  #entry(entry: Entry, row: string, key: string): string {
    const { column, id } = entry
    const open = `n=${entry.node.index};const r${id}=${row};`
    if (column.kind === 'null') return `{${open}${this.#null(entry, key)}}`
    if (column.kind === 'absent') return `{${open}${this.#absent(entry)}}`
    const present = this.#present(entry, key)
    if (!column.validity) return `{${open}${present}}`
    const isNull = `(n${id}[x>>3]>>(x&7)&1)===0`
    return `{${open}x=q${id}+r${id};if(${isNull}){${this.#null(entry, key)}}else{${present}}}`
  }

  #null(entry: Entry, key: string): string {
    const { field, node } = entry
    const isPlain = field?.defaultValue === undefined && !node.encode
    if (isPlain && node.nullable) return 's[p++]=NaN;'
    const isMissing = isPlain && field?.optional && !acceptsNull(this.#spec.nodes, node.index)
    return isMissing ? 's[p++]=Infinity;' : this.#slow(entry, key)
  }

  #absent(entry: Entry): string {
    const { field, node } = entry
    const isMissing = field?.optional && field.defaultValue === undefined && !node.encode
    return isMissing ? 's[p++]=Infinity;' : this.#slow(entry, '0')
  }

  #present(entry: Entry, key: string): string {
    if (entry.way === 'list') return this.#list(entry)
    if (entry.way === 'struct') return this.#struct(entry)
    if (entry.node.encode || entry.field?.omitEmpty) return this.#slow(entry, key)
    return leafCode(entry, this.#staged, this.#slow(entry, key), this.#null(entry, key))
  }

  #list(entry: Entry): string {
    const { children, field, id, node } = entry
    const literalBytes = this.#spec.program.literalBytes[(node as NodeOf<'array'>).item]! + 1
    const [a, b, j] = [`a${id}`, `b${id}`, `j${id}`]
    const body = `s[p++]=${b}-${a};P.literalBytes+=(${b}-${a})*${literalBytes};
for(let ${j}=${a};${j}<${b};${j}++){if(p>h){${this.#settle()}t=P.grow(p,t);s=P.slots;h=P.slotEnd}
${this.#entry(children[0]!, j, `${j}-${a}`)}}`
    const ends = `const ${a}=c${id}[r${id}],${b}=c${id}[r${id}+1];`
    return field?.omitEmpty ? `${ends}if(${a}===${b})s[p++]=Infinity;else{${body}}` : ends + body
  }

  #struct(entry: Entry): string {
    if (omitsStruct(entry)) return 's[p++]=Infinity;'
    const presence = isMaybe(entry) ? 's[p++]=0;' : ''
    return presence + entry.children.map(child => this.#entry(child, `r${entry.id}`, '0')).join('\n')
  }
}

function groupsOf(fields: readonly Entry[]): readonly (readonly Entry[])[] {
  const groups: Entry[][] = [[]]
  let count = 0
  for (const entry of fields) {
    const size = sizeOf(entry)
    if (count > 0 && count + size > ENTRIES_PER_FUNCTION) {
      groups.push([])
      count = 0
    }
    groups.at(-1)!.push(entry)
    count += size
  }
  return groups
}

function sizeOf({ children }: Entry): number {
  return children.reduce((sum, child) => sum + sizeOf(child), 1)
}

const PROLOGUE = 'let s=P.slots,p=P.position,t=P.text,h=P.slotEnd,n=0,v,x;'
const RELOAD = 's=P.slots;p=P.position;t=P.text;h=P.slotEnd;'
