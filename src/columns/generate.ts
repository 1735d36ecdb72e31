// The generated packer of columns: straight JavaScript for the schema and the kinds of its columns. Nothing of the
// schema or the data becomes code; what a column holds is read from the plan at the start of each call.
//
// Names as in pack/generate.ts. For entry 3 of the plan: E3 itself, C3 its column, d3 its shift, r3 the value
// of it that is read; c3 values, w3 start of the window, n3 and q3 validity bits and their offset. What is not worth code of its own goes
// through `slow`, the checks of rows.

import type { Interpreter } from '../pack/interpret.ts'
import { acceptsNull } from '../pack/nodes.ts'
import { CHUNK_TEXT_UNITS, LONG_TEXT_UNITS, type PackedRows } from '../pack/packed-rows.ts'
import { type EnumLookup, enumLookup, floatSlot, finiteSlot, intSlot } from '../pack/scalars.ts'
import type { NodeOf, Spec, SpecNode } from '../spec/spec.ts'
import type { Entry, Plan } from './plan.ts'
import { STAGE_BYTES, STAGED_BYTES_MAX } from './stage.ts'
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

/** Arrays of different types are read by different code, which V8 then keeps apart. */
function valuesName(column: Entry['column']): string {
  switch (column.kind) {
    case 'number':
      return column.values.constructor.name
    case 'dictionary':
      return column.indices.constructor.name
    case 'list':
      return column.offsets.constructor.name
    default:
      return ''
  }
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
  const library = { slow, getTime, intSlot, floatSlot, finiteSlot, indexMap: indexMaps() }
  return new Function('L', source)(library)
}

/** For an enum: from the entries of a dictionary, or from values, to its indices. */
function indexMaps(): (entry: Entry) => Int32Array | ReadonlyMap<unknown, number> {
  const lookups = new Map<number, EnumLookup>()
  const maps = new WeakMap<object, Map<number, Int32Array>>()
  return ({ column, node }) => {
    let lookup = lookups.get(node.index)
    if (!lookup) lookups.set(node.index, (lookup = enumLookup((node as NodeOf<'enum'>).values)))
    if (column.kind !== 'dictionary') return lookup.byValue
    const { dictionary } = column
    const byNode = maps.get(dictionary) ?? new Map<number, Int32Array>()
    maps.set(dictionary, byNode)
    let map = byNode.get(node.index)
    if (!map) {
      const { byValue } = lookup
      const indices = Int32Array.from(dictionary.entries, entry => byValue.get(entry) ?? -1)
      byNode.set(node.index, (map = indices))
    }
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
    return `"use strict";const{slow,getTime,intSlot,floatSlot,finiteSlot,indexMap}=L;
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
    return this.#staged ? 't=T.settle(t,q);q=0;' : ''
  }

  #leave(): string {
    return `P.position=p;P.text=t;${this.#staged ? 'T.length=q;' : ''}`
  }

  #slow({ id }: Entry, key: string): string {
    return `${this.#settle()}P.position=p;P.text=t;slow(P,E${id},r${id},${key});${RELOAD}`
  }

  /** What of the plan the code of these entries needs, in constants. */
  #bind(entries: readonly Entry[]): string {
    return entries
      .map(entry => `${bindings(entry, this.#staged)}\n${this.#bind(entry.children)}`)
      .join('')
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
    return this.#leaf(entry, this.#slow(entry, key), this.#null(entry, key))
  }

  #list(entry: Entry): string {
    const { children, field, id, node } = entry
    const literalBytes = this.#spec.program.literalBytes[(node as NodeOf<'array'>).item]! + 1
    const [a, b, j] = [`a${id}`, `b${id}`, `j${id}`]
    const body = `s[p++]=${b}-${a};P.literalBytes+=(${b}-${a})*${literalBytes};
for(let ${j}=${a};${j}<${b};${j}++){if(p>h){P.grow(p);s=P.slots;h=P.slotEnd}
${this.#entry(children[0]!, j, `${j}-${a}`)}}`
    const ends = `const ${a}=c${id}[r${id}],${b}=c${id}[r${id}+1];`
    return field?.omitEmpty ? `${ends}if(${a}===${b})s[p++]=Infinity;else{${body}}` : ends + body
  }

  #struct(entry: Entry): string {
    if (omitsStruct(entry)) return 's[p++]=Infinity;'
    const presence = isMaybe(entry) ? 's[p++]=0;' : ''
    return presence + entry.children.map(child => this.#entry(child, `r${entry.id}`, '0')).join('\n')
  }

  /** A value that is there, by the kinds of its column and its node. */
  #leaf(entry: Entry, slowly: string, whenNull: string): string {
    const { column, id, node } = entry
    const value = `c${id}[r${id}]`
    const inWindow = `c${id}[r${id}-w${id}]`
    switch (column.kind) {
      case 'number':
        return numberCode(node, valuesName(column), value, isMaybe(entry)) ?? slowly
      case 'int64':
        if (node.op !== 'int' && node.op !== 'float' && node.op !== 'bigint') return slowly
        return `v=${inWindow};if(v===v)s[p++]=v;else{${slowly}}`
      case 'time':
        return column.exact ? `v=${inWindow};if(v===v)s[p++]=v;else{${slowly}}` : slowly
      case 'bit':
        return node.op === 'bool' ? `x=o${id}+r${id};s[p++]=c${id}[x>>3]>>(x&7)&1;` : slowly
      case 'text': {
        if (node.op !== 'string') return slowly
        if (this.#staged) return `x=o${id}[r${id}];y=o${id}[r${id}+1];${stageText(id, slowly)}`
        const text = `v=c${id}.substring(x,e${id}[r${id}-w${id}]);${PACK_TEXT}`
        return `x=a${id}[r${id}-w${id}];if(x>=0){${text}}else{${slowly}}`
      }
      case 'dictionary':
        if (node.op === 'enum') return `x=e${id}[${value}];if(x>=0)s[p++]=x;else{${slowly}}`
        if (node.op !== 'string') return slowly
        if (this.#staged) {
          const ends = `y=o${id}[x+1];x=o${id}[x];`
          return `x=${value};if(x>=0&&x<k${id}){${ends}${stageText(id, slowly)}}else{${slowly}}`
        }
        return `v=e${id}[${value}];if(typeof v==='string'){${PACK_TEXT}}else{${slowly}}`
      case 'any': {
        const quick = quickCode(node, `e${id}`)
        if (quick === undefined) return slowly
        return `v=${value};if(v===null){${whenNull}}else ${quick}else{${slowly}}`
      }
      default:
        return slowly
    }
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

/** Whether the slot could say that there is nothing. */
function isMaybe({ field, node }: Entry): boolean {
  return node.nullable || node.slotted || field?.omissible === true
}

function bindings({ column, id, node, way }: Entry, staged: boolean): string {
  const open = `const E${id}=B[${id}],C${id}=E${id}.column,d${id}=E${id}.shift`
  const nulls = column.validity ? `,n${id}=C${id}.validity.bytes,q${id}=C${id}.validity.offset` : ''
  const window = `,w${id}=C${id}.windowStart`
  const map = node.op === 'enum' && way === 'leaf' ? `indexMap(E${id})` : ''
  switch (column.kind) {
    case 'number':
      return `${open},c${id}=C${id}.values${nulls};`
    case 'any':
      return `${open},c${id}=C${id}.values${map && `,e${id}=${map}`}${nulls};`
    case 'int64':
    case 'time':
      return `${open},c${id}=C${id}.numbers${window}${nulls};`
    case 'bit':
      return `${open},c${id}=C${id}.bits.bytes,o${id}=C${id}.bits.offset${nulls};`
    case 'text':
      if (staged) return `${open},o${id}=C${id}.offsets,${runBindings(id, `C${id}`)}${nulls};`
      return `B[${id}].column.decode();${open},c${id}=C${id}.text,a${id}=C${id}.starts,e${id}=C${id}.ends${window}${nulls};`
    case 'dictionary':
      if (staged && node.op === 'string') {
        const run = `D${id}=C${id}.dictionary.run,o${id}=D${id}.offsets,k${id}=o${id}.length-1`
        return `${open},c${id}=C${id}.indices,${run},${runBindings(id, `D${id}`)}${nulls};`
      }
      return `${open},c${id}=C${id}.indices,e${id}=${map || `C${id}.dictionary.entries`}${nulls};`
    case 'list':
      return `${open},c${id}=C${id}.offsets${nulls};`
    default:
      return `${open}${nulls};`
  }
}

/** A run of bytes as the staging copies it; the last few are not read four at a time. */
function runBindings(id: number, run: string): string {
  return `b${id}=${run}.view,l${id}=b${id}.byteLength-3`
}

/** Code for a number at a property of numbers; values of integer arrays need no checks. */
function numberCode(node: SpecNode, values: string, value: string, maybe: boolean): string | undefined {
  const isInteger = !values.startsWith('Float')
  if (node.op === 'int') return isInteger ? `s[p++]=${value};` : `v=${value};s[p]=(v|0)===v?v:intSlot(v);p++;`
  if (node.op !== 'float') return undefined
  if (isInteger) return `s[p++]=${value};`
  if (node.rejectNonFinite) return `v=${value};s[p]=v-v===0?v:finiteSlot(v);p++;`
  // Where the slot cannot say null or missing, the kernel writes null for all that is not finite.
  return maybe ? `v=${value};s[p]=v-v===0?v:floatSlot(v);p++;` : `s[p++]=${value};`
}

/** The test for a value of the very type its node asks for, and what is done with it; `map`: of an enum. */
function quickCode(node: SpecNode, map: string): string | undefined {
  switch (node.op) {
    case 'string':
      return `if(typeof v==='string'){${PACK_TEXT}}`
    case 'int':
      return `if(typeof v==='number'&&(v|0)===v)s[p++]=v;`
    case 'float':
      return `if(typeof v==='number'&&v-v===0)s[p++]=v;`
    case 'bool':
      return `if(v===true||v===false)s[p++]=v?1:0;`
    case 'enum':
      return `if((x=${map}.get(v))!==undefined)s[p++]=x;`
    case 'date-time':
    case 'date':
    case 'time':
      return `if(typeof v==='object'&&v instanceof Date&&v.getTime===getTime&&(x=v.getTime())===x)s[p++]=x;`
    default:
      return undefined
  }
}

const PROLOGUE = 'let s=P.slots,p=P.position,t=P.text,h=P.slotEnd,n=0,v,x;'
const RELOAD = 's=P.slots;p=P.position;t=P.text;h=P.slotEnd;'
const PACK_TEXT = `if(v.length>${LONG_TEXT_UNITS})t=P.writeLong(t,v);else t+=v;s[p++]=v.length;`

/**
 * Copies bytes `[x, y)` to the staging, four at a time and up to three too many, which the next value writes over;
 * what is longer than that is worth goes on its own.
 */
function stageText(id: number, slowly: string): string {
  const loop = `for(x=x|0;x<y;x+=4,q+=4)A.setUint32(q,b${id}.getUint32(x,true),true);q+=y-x;`
  const copy = `if(z>${LOOP_BYTES_MAX}||y>l${id}){T.add(b${id},x,y,q);q+=z}else{${loop}}`
  return `z=y-x;if(z>${STAGED_BYTES_MAX}||q+z>${STAGE_BYTES}){${slowly}}else{s[p++]=z;${copy}}`
}

/** A loop copies so many bytes in the time of one call. */
const LOOP_BYTES_MAX = 64
