// The generated packer: the spec as straight JavaScript, one function a row, made once per schema.
//
// Nothing of the schema becomes code. Property names appear only as JSON string literals; constants, defaults and
// codecs are passed in as parameters. interpret.ts walks the same nodes with the same leaves, and must agree.
//
// Names in the generated code: P packed rows; s slots, p position, t text, h end of the safe slots; n the node being
// packed, for the path of an error (V8 keeps it out of registers until something throws); v a value, x scratch.

import { acceptsNull } from '../spec/nulls.ts'
import { exhausted } from '../spec/program.ts'
import type { Field, NodeIndex, NodeOf, Spec, SpecNode } from '../spec/spec.ts'
import * as containers from './containers.ts'
import { depthFailure, trialPacker } from './interpret.ts'
import { subtreeSizes } from './nodes.ts'
import { CHUNK_TEXT_UNITS, LONG_TEXT_UNITS, type PackRows } from './packed-rows.ts'
import { quickChoice } from './quick-choice.ts'
import * as scalars from './scalars.ts'
import { mayVaryInShape, ShapeWatch } from './shapes.ts'
import * as times from './times.ts'
import { mayBeMissing, unwrapOf } from './to-json.ts'
import { type TryPack, UnionChooser } from './variants.ts'

/** V8 gives up optimizing very long functions, so larger objects are packed by several. */
const NODES_PER_FUNCTION = 80

// V8 inlines a method call on a Date, and no other way to read its time; the packer checks that it is still this one.
const { getTime } = Date.prototype

/** Leaves by the names they have in generated code. */
const LIBRARY = {
  ...containers,
  ...scalars,
  ...times,
  isArray: Array.isArray,
  isInteger: Number.isInteger,
  getTime,
  depthFailure,
}

/** Throws an EvalError where the process forbids code generation. */
export function generatePacker(spec: Spec): PackRows {
  return new PackerGenerator(spec).generate()
}

type Place = 'row' | 'element' | 'property'

class PackerGenerator {
  readonly #spec: Spec
  readonly #sizes: Uint32Array
  readonly #constants: unknown[] = []
  readonly #functions: string[] = []
  readonly #references = new Map<NodeIndex, string>()
  readonly #restFunctions = new Map<NodeIndex, string>()
  #tryPack: TryPack | undefined
  #names = 0

  constructor(spec: Spec) {
    this.#spec = spec
    this.#sizes = subtreeSizes(spec.nodes)
  }

  generate(): PackRows {
    const body = this.#value(this.#node(this.#spec.root), 'row', 'String(i)')
    const rows = `return function packRows(P,rows,i,end){
${PROLOGUE}let row=p,start=0,v;
try{for(;i<end;i++){row=p;start=P.writtenUnits+t.length;
if(p>P.rowSlotEnd||start>${CHUNK_TEXT_UNITS})break;
n=${this.#spec.root};v=rows[i];
${body}}}catch(e){P.fail(n,p,t);P.failRow(i,row,start);throw e}
${EPILOGUE}return i}`
    const source = `"use strict";const{${Object.keys(LIBRARY).join(',')}}=L;\n${this.#functions.join('\n')}\n${rows}`
    const parameters = this.#constants.map((_, i) => `k${i}`)
    return new Function('L', ...parameters, source)(LIBRARY, ...this.#constants)
  }

  #node(index: NodeIndex): SpecNode {
    return this.#spec.nodes[index]!
  }

  #name(prefix: string): string {
    return prefix + this.#names++
  }

  #constant(value: unknown): string {
    return `k${this.#constants.push(value) - 1}`
  }

  /** A function that packs `v`, called where inlining would recurse or grow too long. */
  #function(name: string, node: NodeIndex, before: string, body: string, after = ''): void {
    this.#functions.push(`function ${name}(P,v,key){
${PROLOGUE}n=${node};try{${before}${body}}catch(e){P.fail(n,p,t);throw e}
${after}${EPILOGUE}}`)
  }

  #call(name: string, value: string, key: string): string {
    return `P.position=p;P.text=t;${name}(P,${value},${key});s=P.slots;p=P.position;t=P.text;h=P.slotEnd;`
  }

  /** Code for a value in `v` that is a row or an element: undefined counts as null where null is accepted. */
  #value(node: SpecNode, place: Place, key: string): string {
    const encode = node.encode ? `v=${this.#constant(node.encode)}(v);` : ''
    const mayBeNull = acceptsNull(this.#spec.nodes, node.index)
    const unwrapped = mayBeNull ? this.#unwrapped(key, [node.index]) : ''
    const missing = unwrapped + (mayBeNull && place !== 'property' ? 'if(v===undefined)v=null;' : '')
    if (node.op === 'any' && place !== 'property') return encode + missing + this.#anyElement(node)
    return encode + missing + this.#present(node, node.nullable || node.slotted, key)
  }

  /** What JSON has no form for is null among elements, as `JSON.stringify` has it. */
  #anyElement(node: SpecNode): string {
    const body = `x=anyText(v,${this.#spec.htmlSafe});v=x===undefined?'null':x;${packText('v')}`
    return node.nullable ? `if(v===null)s[p++]=NaN;else{${body}}` : body
  }

  /** Code for a property read from object `o`, or from `gathered`, its values by index, where they may be there. */
  #field(field: Field, o: string, gathered?: { readonly name: string; readonly index: number }): string {
    const node = this.#node(field.node)
    const name = JSON.stringify(field.name)
    const direct = field.ownOnly ? `ownValue(${o},${name})` : `${o}[${name}]`
    const read = gathered ? `${gathered.name}===null?${direct}:${gathered.name}[${gathered.index}]` : direct
    const unwrapped = mayBeMissing(field) ? this.#unwrapped(name, [field.node]) : ''
    return `n=${field.node};v=${read};${unwrapped}\n${this.#fieldValue(field, node, name)}`
  }

  /** Calls the `toJSON` of what may be nothing then; `which` of the nodes it is, when there are several. */
  #unwrapped(key: string, indexes: readonly NodeIndex[], which = ''): string {
    const unwraps = indexes.map(index =>
      unwrapOf(this.#spec, index, union => this.#chooserOf(union).unwrapping),
    )
    if (unwraps.every(unwrap => unwrap === undefined)) return ''
    if (unwraps.length === 1) return `if(${HAS_TO_JSON})v=${this.#constant(unwraps[0])}(v,${key});`
    const unwrap = `${this.#constant(unwraps)}[${which}]`
    return `if(${unwrap}&&${HAS_TO_JSON})v=${unwrap}(v,${key});`
  }

  #chooserOf(union: NodeOf<'union'>): UnionChooser {
    this.#tryPack ??= trialPacker(this.#spec)
    return new UnionChooser(this.#spec, union, this.#tryPack)
  }

  #fieldValue(field: Field, node: SpecNode, key: string): string {
    const nullIsMissing = acceptsNull(this.#spec.nodes, node.index) ? '' : '||v===null'
    const encode = node.encode ? `${this.#constant(node.encode)}(v)` : ''
    if (field.defaultValue !== undefined) {
      const fallback = `if(v===undefined${nullIsMissing})v=${this.#constant(field.defaultValue)};`
      if (!field.omissible) {
        const encoded = encode && `else v=${encode};`
        return fallback + encoded + this.#present(node, node.nullable || node.slotted, key)
      }
      const encoded = encode && `v=${encode};`
      return `${fallback.slice(0, -1)},x=0;else x=1;
if(x===1&&isEmpty(v))s[p++]=Infinity;else{if(x===1){${encoded}}${this.#present(node, true, key)}}`
    }
    if (!field.optional) return this.#value(node, 'property', key)
    const empty = field.omitEmpty ? '||isEmpty(v)' : ''
    const encoded = encode && `||(v=${encode})===undefined${nullIsMissing}`
    const unwritable = node.op === 'any' ? `||(v=anyText(v,${this.#spec.htmlSafe}))===undefined` : ''
    const missing = `v===undefined${nullIsMissing}${empty}${encoded}${unwritable}`
    const present = unwritable ? packText('v') : this.#present(node, true, key)
    return `if(${missing})s[p++]=Infinity;else{${present}}`
  }

  /** Code for a value in `v` that is there; `maybe`: its slot could have said otherwise. */
  #present(node: SpecNode, maybe: boolean, key: string): string {
    const body = this.#body(node, maybe, key)
    return node.nullable ? `if(v===null)s[p++]=NaN;else{${body}}` : body
  }

  #body(node: SpecNode, maybe: boolean, key: string): string {
    const presence = maybe ? 's[p++]=0;' : ''
    switch (node.op) {
      case 'object':
        return this.#object(node, presence, key)
      case 'array':
        return this.#array(node)
      case 'tuple':
        return this.#tuple(node, presence)
      case 'union':
        return this.#union(node, key)
      case 'ref':
        return presence + this.#reference(node, key)
      case 'int':
        return `s[p]=typeof v==='number'&&(v|0)===v?v:intSlot(v);p++;`
      case 'float':
        return this.#float(node.rejectNonFinite)
      case 'bigint':
        return `x=bigintValue(v);${PACK_NUMBER_OR_TEXT}`
      case 'bool':
        return 's[p]=v===true?1:v===false?0:boolSlot(v);p++;'
      case 'string':
        return `if(typeof v!=='string')v=stringText(v);${packText('v')}`
      case 'bytes':
        return `v=bytesText(v);${packText('v')}`
      case 'enum':
      case 'const':
        return this.#literal(node, presence)
      case 'date-time':
      case 'date':
      case 'time':
        return `if(typeof v==='object'&&v instanceof Date&&v.getTime===getTime&&(x=v.getTime())===x)s[p++]=x;else{x=timeValue('${node.op}',v);${PACK_NUMBER_OR_TEXT}}`
      case 'duration':
        return `x=durationValue(v,${node.asSeconds});${PACK_NUMBER_OR_TEXT}`
      case 'any':
        return `v=requiredAnyText(v,${this.#spec.htmlSafe});${packText('v')}`
      case 'raw':
        return `v=rawText(v,${node.trusted},${this.#spec.htmlSafe});${packText('v')}`
      default:
        return exhausted(node)
    }
  }

  /** A NaN may carry any payload; what is packed is always the same one. */
  #float(rejectNonFinite: boolean): string {
    return `s[p]=typeof v==='number'&&v-v===0?v:${rejectNonFinite ? 'finiteSlot' : 'floatSlot'}(v);p++;`
  }

  #literal(node: NodeOf<'enum'> | NodeOf<'const'>, presence: string): string {
    const values = node.op === 'const' ? [node.value] : node.values
    const lookup = scalars.enumLookup(values)
    const slow = `enumIndex(v,${this.#constant(lookup)})`
    if (node.op === 'const') return `if(v!==${this.#constant(node.value.value)})${slow};${presence}`
    if (!lookup.scannable) return `s[p]=${slow};p++;`
    const scan = values.map(({ value }, i) => `v===${this.#constant(value)}?${i}:`).join('')
    return `s[p]=${scan}${slow};p++;`
  }

  #object(node: NodeOf<'object'>, presence: string, key: string): string {
    const o = this.#name('o')
    const check = `typeof v!=='object'||v===null||typeof v.toJSON==='function'||isArray(v)`
    const open = `if(${check})v=objectOf(v,${key});${presence}const ${o}=v;`
    const rest = node.rest.length > 0 ? this.#rest(node, o) : ''
    return `${open}\n${this.#fields(node, o)}${rest}`
  }

  /** The fields in line, or in groups by functions of their own when they are many. */
  #fields(node: NodeOf<'object'>, o: string): string {
    if (!mayVaryInShape(node)) return this.#fieldGroups(node, o)
    const name = this.#name('w')
    const watch = this.#constant(new ShapeWatch(node))
    return `const ${name}=${watch}.gather(${o});\n${this.#fieldGroups(node, o, name)}`
  }

  #fieldGroups(node: NodeOf<'object'>, o: string, gathered?: string): string {
    const size = (fields: readonly Field[]) =>
      fields.reduce((sum, field) => sum + this.#sizes[field.node]!, 0)
    const code = (field: Field, from: string, values?: string) =>
      this.#field(field, from, values ? { name: values, index: node.fields.indexOf(field) } : undefined)
    if (size(node.fields) <= NODES_PER_FUNCTION) {
      return node.fields.map(field => code(field, o, gathered)).join('\n')
    }
    const groups: Field[][] = [[]]
    for (const field of node.fields) {
      const last = groups.at(-1)!
      if (last.length > 0 && size([...last, field]) > NODES_PER_FUNCTION) groups.push([field])
      else last.push(field)
    }
    return groups
      .map(group => {
        const name = this.#name('group')
        const body = group.map(field => code(field, 'v0', gathered && 'key')).join('\n')
        this.#function(name, group[0]!.node, 'const v0=v;', body)
        return this.#call(name, o, gathered ?? 'null')
      })
      .join('\n')
  }

  /** A plain record is enumerated in place, which V8 does best; whatever else there is goes through lists. */
  #rest(node: NodeOf<'object'>, o: string): string {
    const [rule] = node.rest
    const listed = this.#listedRest(node, o)
    if (node.names.size > 0 || node.rest.length > 1 || rule!.test.kind !== 'any') return listed
    // The code of a value stands twice, so anything larger than a leaf is a function.
    return `if(isPlainRecord(${o})){${this.#enumeratedRest(rule!.node, o)}}else{${listed}}`
  }

  #enumeratedRest(index: NodeIndex, o: string): string {
    const [name, count, kept, before] = [this.#name('m'), this.#name('q'), this.#name('c'), this.#name('b')]
    const literalBytes = this.#spec.program.literalBytes[index]!
    // The count's slot is taken with the first name: before that, what fails is the object itself.
    return `const ${count}=p;let ${kept}=0;s[${count}]=${COUNT_UNKNOWN};
for(const ${name} in ${o}){${ENSURE_SLOTS}if(p===${count})p++;
const ${before}=t;t+=${name};s[p++]=${name}.length;n=${index};
v=${o}[${name}];${this.#unwrapped(name, [index])}
if(v===undefined${this.#isUnwritable(index)}){t=${before};p--;continue}
${kept}++;${this.#restValue(index, name)}}
if(p===${count})p++;s[${count}]=${kept};P.literalBytes+=${kept}*${literalBytes};`
  }

  #listedRest(node: NodeOf<'object'>, o: string): string {
    const [entries, count, kept, j, before] = ['e', 'q', 'c', 'j', 'b'].map(prefix => this.#name(prefix))
    const names = `${entries}.names`
    const values = node.rest.map(rule => this.#restValue(rule.node, `${names}[${j}]`))
    const rules = values.map((code, i) => `case ${i}:{${code}}break;`).join('')
    const rule = `${entries}.rules[${j}]`
    const value = values.length === 1 ? values[0] : `s[p++]=${rule};switch(${rule}){${rules}}`
    const indexes = node.rest.map(candidate => candidate.node)
    const nodes = this.#constant(indexes)
    const restNode = values.length === 1 ? node.rest[0]!.node : `${nodes}[${rule}]`
    const anyRules = node.rest.map(each => this.#isPlainAny(each.node))
    const unwritable =
      values.length === 1
        ? this.#isUnwritable(node.rest[0]!.node)
        : `||${this.#constant(anyRules)}[${rule}]&&(v=anyText(v,${this.#spec.htmlSafe}))===undefined`
    const literalBytes = Math.max(...node.rest.map(each => this.#spec.program.literalBytes[each.node]!))
    return `const ${entries}=restEntries(${o},${this.#constant(node)}),${count}=p++;
let ${kept}=0;s[${count}]=${names}.length;P.literalBytes+=${names}.length*${literalBytes};
for(let ${j}=0;${j}<${names}.length;${j}++){${ENSURE_SLOTS}
const ${before}=t;x=${names}[${j}];t+=x;s[p++]=x.length;n=${restNode};
v=${entries}.values?${entries}.values[${j}]:${o}[x];${this.#unwrapped('x', indexes, rule)}
if(v===undefined${unwritable}){t=${before};p--;continue}
${kept}++;${value}}
s[${count}]=${kept};`
  }

  #isPlainAny(index: NodeIndex): boolean {
    const node = this.#node(index)
    return node.op === 'any' && !node.encode
  }

  /** More to the condition under which a rest property is left out; an `any` is text after it. */
  #isUnwritable(index: NodeIndex): string {
    return this.#isPlainAny(index) ? `||(v=anyText(v,${this.#spec.htmlSafe}))===undefined` : ''
  }

  /** The value of a rest property: a leaf in line, anything larger by a function of its own. */
  #restValue(index: NodeIndex, key: string): string {
    if (this.#isPlainAny(index)) return packText('v')
    const value = (name: string) => `n=${index};${this.#value(this.#node(index), 'property', name)}`
    if (this.#sizes[index] === 1) return value(key)
    let name = this.#restFunctions.get(index)
    if (name === undefined) {
      name = this.#name('rest')
      this.#restFunctions.set(index, name)
      this.#function(name, index, '', value('key'))
    }
    return this.#call(name, 'v', key)
  }

  #array(node: NodeOf<'array'>): string {
    const [array, count, j] = [this.#name('a'), this.#name('c'), this.#name('j')]
    const item = this.#node(node.item)
    const literalBytes = this.#spec.program.literalBytes[node.item]! + 1
    return `const ${array}=isArray(v)?v:arrayOf(v,P.copies),${count}=countOf(${array});
s[p++]=${count};P.literalBytes+=${count}*${literalBytes};
for(let ${j}=0;${j}<${count};${j}++){${ENSURE_SLOTS}
n=${node.item};v=${array}[${j}];
${this.#value(item, 'element', `String(${j})`)}}`
  }

  #tuple(node: NodeOf<'tuple'>, presence: string): string {
    const array = this.#name('a')
    const items = node.items.map((item, i) => {
      return `n=${item};v=${array}[${i}];${this.#value(this.#node(item), 'element', `'${i}'`)}`
    })
    return `const ${array}=tupleOf(v,${node.items.length},P.copies);${presence}\n${items.join('\n')}`
  }

  #union(node: NodeOf<'union'>, key: string): string {
    const chooser = this.#constant(this.#chooserOf(node))
    const cases = node.variants.map((variant, i) => {
      return `case ${i}:{n=${variant};${this.#value(this.#node(variant), 'property', key)}}break;`
    })
    const slow = `v=${chooser}.unwrap(v,${key});x=${chooser}.choose(v,P);`
    const quick = quickChoice(this.#spec, node, value => this.#constant(value))
    const choose = quick ? `x=${quick};if(x===-1){${slow}}` : slow
    return `${choose}s[p++]=x;switch(x){${cases.join('\n')}}`
  }

  #reference(node: NodeOf<'ref'>, key: string): string {
    let name = this.#references.get(node.target)
    if (name === undefined) {
      name = this.#name('ref')
      this.#references.set(node.target, name)
      const literalBytes = this.#spec.program.literalBytes[node.target]!
      const enter = `if(++P.depth>${this.#spec.maxDepth})throw depthFailure(${this.#spec.maxDepth});
${ENSURE_SLOTS}P.literalBytes+=${literalBytes};`
      this.#function(
        name,
        node.target,
        enter,
        this.#value(this.#node(node.target), 'property', 'key'),
        'P.depth--;',
      )
    }
    // What follows in each body that is open may need slots of its own.
    return this.#call(name, 'v', key) + ENSURE_SLOTS
  }
}

const HAS_TO_JSON = `typeof v==='object'&&v!==null&&typeof v.toJSON==='function'`
const PROLOGUE = 'let s=P.slots,p=P.position,t=P.text,h=P.slotEnd,n=0,x;'
const EPILOGUE = 'P.position=p;P.text=t;'
/** Stands for a count until it is known, so that the path of an error can be found. */
const COUNT_UNKNOWN = 2 ** 32
const ENSURE_SLOTS = 'if(p>h){t=P.grow(p,t);s=P.slots;h=P.slotEnd}'
const PACK_NUMBER_OR_TEXT = `if(typeof x==='string'){s[p++]=-Infinity;${packText('x')}}else s[p++]=x;`

function packText(name: string): string {
  return `if(${name}.length>${LONG_TEXT_UNITS})t=P.writeLong(t,${name});else t+=${name};s[p++]=${name}.length;`
}
