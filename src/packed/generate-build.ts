// Rows from checked slots, as straight JavaScript made once per schema: object literals in the schema's
// order, strings cut from the one text of the chunk. build-rows.ts makes the same rows where code generation
// is forbidden.

import { exhausted } from '../spec/program.ts'
import type { Field, NodeOf, Spec, SpecNode } from '../spec/spec.ts'
import { hasPresenceSlot } from './check-rows.ts'
import type { BuildRows } from './cursor.ts'
import { arrayFor, bytesValue, literalValue, setOwn } from './leaves.ts'
import { Source } from './source.ts'

const LIBRARY = { arrayFor, bytesValue, literalValue, setOwn, parse: JSON.parse, BigInt, Date, Map }

/** `maps`: properties of an object without named ones come as a Map. */
export function generateBuild(spec: Spec, maps: boolean): BuildRows {
  const generator = new BuildGenerator(spec, maps)
  return generator.generate()
}

class BuildGenerator {
  readonly #spec: Spec
  readonly #maps: boolean
  readonly #source: Source

  constructor(spec: Spec, maps: boolean) {
    this.#spec = spec
    this.#maps = maps
    this.#source = new Source(spec)
  }

  generate(): BuildRows {
    const row = this.#value(this.#spec.nodes[this.#spec.root]!, 'v')
    const main = `function(C,rows,start,rowCount){
${PROLOGUE}for(let i=0;i<rowCount;i++){let v;${row}rows[start+i]=v}${EPILOGUE}}`
    return this.#source.compile(LIBRARY, main) as BuildRows
  }

  /** Code that assigns a value which is not missing to `target`. */
  #value(node: SpecNode, target: string, omissible = false): string {
    if (hasPresenceSlot(node)) {
      if (node.nullable) return `if(s[p++]===0){${this.#body(node, target)}}else ${target}=null;`
      return (omissible || node.slotted ? 'p++;' : '') + this.#body(node, target)
    }
    if (!node.nullable) return this.#body(node, target)
    return `if((x=s[p])!==x){p++;${target}=null}else{${this.#body(node, target)}}`
  }

  #body(node: SpecNode, target: string): string {
    if (!this.#source.isLarge(node)) return this.#inline(node, target)
    const name = this.#source.functionOf(node.index, own => {
      return `function ${own}(C){${PROLOGUE}let v;${this.#inline(node, 'v')}${EPILOGUE}return v}`
    })
    return this.#call(name, target)
  }

  #call(name: string, target: string): string {
    return `C.position=p;C.textPosition=u;${target}=${name}(C);p=C.position;u=C.textPosition;`
  }

  #inline(node: SpecNode, target: string): string {
    switch (node.op) {
      case 'object':
        return this.#object(node, target)
      case 'array':
        return this.#array(node, target)
      case 'tuple':
        return this.#tuple(node, target)
      case 'union':
        return this.#union(node, target)
      case 'ref':
        return this.#reference(node, target)
      case 'const':
        return `${target}=${this.#literals([node.value], '0')};`
      case 'enum':
        return `${target}=${this.#literals(node.values, 's[p++]')};`
      case 'int':
        return `x=s[p++];${target}=(x|0)===x?x|0:x;`
      case 'float':
        return `${target}=s[p++];`
      case 'bool':
        return `${target}=s[p++]===1;`
      case 'string':
      case 'raw':
        return `${target}=${TEXT};`
      case 'bytes':
        return `${target}=bytesValue(${TEXT});`
      case 'any':
        return `${target}=parse(${TEXT});`
      case 'bigint':
        return `x=s[p++];${target}=BigInt(x===-Infinity?${TEXT}:x);`
      case 'date-time':
      case 'date':
      case 'time':
        return `x=s[p++];${target}=x===-Infinity?${TEXT}:new Date(x);`
      case 'duration':
        return `x=s[p++];${target}=x===-Infinity?${TEXT}:x;`
      default:
        return exhausted(node)
    }
  }

  #literals(values: readonly { value: unknown; json: string }[], index: string): string {
    const hasObjects = values.some(({ value }) => typeof value === 'object' && value !== null)
    if (hasObjects) return `literalValue(${this.#source.constant(values)}[${index}])`
    return `${this.#source.constant(values.map(({ value }) => value))}[${index}]`
  }

  /**
   * A literal of the properties that are always there, up to the first that may not be; the others one by
   * one.
   */
  #object(node: NodeOf<'object'>, target: string): string {
    if (this.#maps && node.fields.length === 0 && node.rest.length > 0) {
      return `${target}=new Map();${this.#rest(node, (name, value) => `${target}.set(${name},${value});`)}`
    }
    const object = this.#source.name('o')
    const firstOmissible = node.fields.findIndex(field => field.omissible)
    const fixed = firstOmissible === -1 ? node.fields : node.fields.slice(0, firstOmissible)
    const names = fixed.map(() => this.#source.name('v'))
    const values = fixed.map(({ node: index }, i) => {
      return `let ${names[i]};${this.#value(this.#spec.nodes[index]!, names[i]!)}`
    })
    const properties = fixed.map(({ name }, i) => `${propertyKey(name)}:${names[i]}`)
    const others = node.fields.slice(fixed.length).map(field => this.#assign(field, object))
    const rest = node.rest.length === 0 ? '' : this.#rest(node, (...own) => `setOwn(${object},${own});`)
    return `${values.join('\n')}
const ${object}={${properties.join(',')}};${others.join('\n')}${rest}${target}=${object};`
  }

  #assign(field: Field, object: string): string {
    const node = this.#spec.nodes[field.node]!
    const name = JSON.stringify(field.name)
    const value = this.#source.name('v')
    const assign =
      field.name === '__proto__' ? `setOwn(${object},${name},${value});` : `${object}[${name}]=${value};`
    const code = `let ${value};${this.#value(node, value, field.omissible)}${assign}`
    return field.omissible ? `if(s[p]===Infinity)p++;else{${code}}` : code
  }

  #rest(node: NodeOf<'object'>, assign: (name: string, value: string) => string): string {
    const [j, count, name, value] = ['j', 'c', 'n', 'v'].map(prefix => this.#source.name(prefix))
    const values = node.rest.map(rule => this.#value(this.#spec.nodes[rule.node]!, value!))
    const cases = values.map((code, i) => `case ${i}:{${code}}break;`).join('')
    const choose = values.length === 1 ? values[0] : `switch(s[p++]){${cases}}`
    return `for(let ${j}=0,${count}=s[p++];${j}<${count};${j}++){
const ${name}=${TEXT};let ${value};${choose}${assign(name!, value!)}}`
  }

  #array(node: NodeOf<'array'>, target: string): string {
    const [array, count, j, value] = ['a', 'c', 'j', 'v'].map(prefix => this.#source.name(prefix))
    return `const ${count}=s[p++],${array}=arrayFor(${count});
for(let ${j}=0;${j}<${count};${j}++){let ${value};${this.#value(this.#spec.nodes[node.item]!, value!)}
${array}[${j}]=${value}}${target}=${array};`
  }

  #tuple(node: NodeOf<'tuple'>, target: string): string {
    const names = node.items.map(() => this.#source.name('v'))
    const items = node.items.map((item, i) => {
      return `let ${names[i]};${this.#value(this.#spec.nodes[item]!, names[i]!)}`
    })
    return `${items.join('\n')}${target}=[${names.join(',')}];`
  }

  #union(node: NodeOf<'union'>, target: string): string {
    const cases = node.variants.map((variant, i) => {
      return `case ${i}:{${this.#value(this.#spec.nodes[variant]!, target)}}break;`
    })
    return `switch(s[p++]){${cases.join('\n')}}`
  }

  #reference(node: NodeOf<'ref'>, target: string): string {
    const name = this.#source.functionOf(-1 - node.target, own => {
      const value = this.#value(this.#spec.nodes[node.target]!, 'v')
      return `function ${own}(C){${PROLOGUE}let v;${value}${EPILOGUE}return v}`
    })
    return this.#call(name, target)
  }
}

/** A computed key never sets the prototype, but V8 makes objects of plain keys faster. */
function propertyKey(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)
}

const PROLOGUE = 'const s=C.slots,t=C.text;let p=C.position,u=C.textPosition,x;'
const EPILOGUE = 'C.position=p;C.textPosition=u;'
/** The text whose length is in the next slot. */
const TEXT = 't.substring(u,u=u+s[p++]|0)'
