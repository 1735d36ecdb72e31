// The checking walk as straight JavaScript, made once per schema: one pass over the slots, 2 ns each. It says
// only whether all is well; check-rows.ts, which must accept the same, then finds out what is not.

import { exhausted } from '../spec/program.ts'
import type { NodeOf, Spec, SpecNode } from '../spec/spec.ts'
import { hasPresenceSlot, restLiteralBytes } from './check-rows.ts'
import type { CheckRows } from './cursor.ts'
import { isDigits, isEpochMs, isJson, isRestName } from './leaves.ts'
import { Source } from './source.ts'

const LIBRARY = {
  isDigits,
  isEpochMs,
  isJson,
  isRestName,
  isInteger: Number.isInteger,
  isSafeInteger: Number.isSafeInteger,
}

export function generateCheck(spec: Spec): CheckRows {
  const generator = new CheckGenerator(spec)
  return generator.generate()
}

/** Behind the last slot `s[p]` is undefined, which every test below refuses. */
class CheckGenerator {
  readonly #spec: Spec
  readonly #source: Source

  constructor(spec: Spec) {
    this.#spec = spec
    this.#source = new Source(spec)
  }

  generate(): CheckRows {
    const body = this.#value(this.#spec.nodes[this.#spec.root]!, false)
    const main = `function(C,rowCount){${PROLOGUE}for(let i=0;i<rowCount;i++){${body}}${EPILOGUE}}`
    return this.#source.compile(LIBRARY, main) as CheckRows
  }

  #value(node: SpecNode, omissible: boolean): string {
    if (!omissible && !node.nullable && !node.slotted) return this.#body(node, false)
    const absent = [node.nullable ? 'x!==x' : '', omissible ? 'x===Infinity' : ''].filter(Boolean).join('||')
    if (hasPresenceSlot(node)) {
      const body = this.#body(node, true)
      if (absent === '') return `if(s[p++]!==0)return false;${body}`
      return `x=s[p++];if(x===0){${body}}else if(!(x!==undefined&&(${absent})))return false;`
    }
    // A read behind the end is not equal to itself only where NaN is: it then fails in the body.
    return `x=s[p];if(x!==undefined&&(${absent}))p++;else{${this.#body(node, true)}}`
  }

  #body(node: SpecNode, maybe: boolean): string {
    if (!this.#source.isLarge(node)) return this.#inline(node, maybe)
    return this.#call(this.#source.functionOf(node.index, name => this.#function(name, node, maybe)))
  }

  #function(name: string, node: SpecNode, maybe: boolean): string {
    return `function ${name}(C){${PROLOGUE}${this.#inline(node, maybe)}${EPILOGUE}}`
  }

  #call(name: string): string {
    return `C.position=p;C.textPosition=u;if(!${name}(C))return false;p=C.position;u=C.textPosition;`
  }

  #inline(node: SpecNode, maybe: boolean): string {
    switch (node.op) {
      case 'object':
        return this.#object(node)
      case 'array':
        return this.#array(node)
      case 'tuple':
        return node.items.map(item => this.#value(this.#spec.nodes[item]!, false)).join('')
      case 'union':
        return this.#union(node)
      case 'ref':
        return this.#reference(node)
      case 'const':
        return ''
      case 'enum':
        return `x=s[p++];if(!(x>>>0===x&&x<${node.values.length}))return false;`
      case 'int':
        return 'x=s[p++];if((x|0)!==x&&!isInteger(x))return false;'
      case 'float':
        return this.#float(node, maybe)
      case 'bool':
        return 'x=s[p++];if(x!==0&&x!==1)return false;'
      case 'string':
      case 'bytes':
        return TEXT
      case 'bigint':
        return `x=s[p++];if(!isSafeInteger(x)){if(x!==-Infinity)return false;${TEXT}${DIGITS}}`
      case 'date-time':
      case 'date':
      case 'time':
        return `x=s[p++];if(!isEpochMs(x)){if(x!==-Infinity)return false;${TEXT}}`
      case 'duration':
        return `x=s[p++];if(!isSafeInteger(x)){if(x!==-Infinity)return false;${TEXT}}`
      case 'any':
      case 'raw':
        return `${TEXT}if(!isJson(t.slice(u-x,u),${this.#spec.htmlSafe}))return false;`
      default:
        return exhausted(node)
    }
  }

  /** Where null can be told from missing, infinity is missing; elsewhere it is written as null. */
  #float(node: NodeOf<'float'>, maybe: boolean): string {
    if (node.rejectNonFinite) return 'x=s[p++];if(x-x!==0)return false;'
    if (!maybe) return 'if(s[p++]===undefined)return false;'
    return 'x=s[p++];if(x-x!==0&&(x===undefined||x===x))return false;'
  }

  #object(node: NodeOf<'object'>): string {
    const fields = node.fields.map(field => this.#value(this.#spec.nodes[field.node]!, field.omissible))
    return fields.join('\n') + (node.rest.length > 0 ? this.#rest(node) : '')
  }

  #rest(node: NodeOf<'object'>): string {
    const [count, j, names, name] = ['c', 'j', 'm', 'n'].map(prefix => this.#source.name(prefix))
    const values = node.rest.map(rule => this.#value(this.#spec.nodes[rule.node]!, false))
    const cases = values.map((code, i) => `case ${i}:{${code}}break;`).join('')
    const rule = values.length === 1 ? 'x=0;' : `x=s[p++];if(!(x>>>0===x&&x<${values.length}))return false;`
    const value = values.length === 1 ? values[0] : `switch(x){${cases}}`
    const isName = `isRestName(${name},x,${this.#source.constant(node)},${names})`
    return `const ${count}=s[p++];${this.#count(count)}
C.literalBytes+=${count}*${restLiteralBytes(this.#spec, node)};const ${names}=new Set();
for(let ${j}=0;${j}<${count};${j}++){${TEXT}const ${name}=t.slice(u-x,u);${rule}
if(!${isName})return false;${value}}`
  }

  /** Each element takes a slot at least, so no count passes what is left of them. */
  #count(count: string): string {
    return `if(!(${count}>>>0===${count}&&${count}<=s.length-p))return false;`
  }

  #array(node: NodeOf<'array'>): string {
    const [count, j] = ['c', 'j'].map(prefix => this.#source.name(prefix))
    const literalBytes = this.#spec.program.literalBytes[node.item]! + 1
    return `const ${count}=s[p++];${this.#count(count!)}C.literalBytes+=${count}*${literalBytes};
for(let ${j}=0;${j}<${count};${j}++){${this.#value(this.#spec.nodes[node.item]!, false)}}`
  }

  #union(node: NodeOf<'union'>): string {
    const cases = node.variants.map((variant, i) => {
      return `case ${i}:{${this.#value(this.#spec.nodes[variant]!, false)}}break;`
    })
    return `switch(s[p++]){${cases.join('\n')}default:return false}`
  }

  #reference(node: NodeOf<'ref'>): string {
    const target = this.#spec.nodes[node.target]!
    const literalBytes = this.#spec.program.literalBytes[node.target]!
    // A node may also be a function of its own as a large one: references have their own, keyed beside all
    // nodes.
    const name = this.#source.functionOf(-1 - node.target, own => {
      const enter = `if(++C.depth>${this.#spec.maxDepth})return false;C.literalBytes+=${literalBytes};`
      return `function ${own}(C){${PROLOGUE}${enter}${this.#value(target, false)}C.depth--;${EPILOGUE}}`
    })
    return this.#call(name)
  }
}

const PROLOGUE = 'const s=C.slots,t=C.text,m=C.units;let p=C.position,u=C.textPosition,x;'
const EPILOGUE = 'C.position=p;C.textPosition=u;return true;'
/** A length in `x`, and the text behind it passed. */
const TEXT = 'x=s[p++];if(!(x>>>0===x&&(u+=x)<=m))return false;'
const DIGITS = 'if(!isDigits(t.slice(u-x,u)))return false;'
