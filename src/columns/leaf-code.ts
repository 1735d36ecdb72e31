// The generated code of one value, by the kind of its column and what its node asks for.
//
// Names, for entry 3 of the plan: E3 itself, C3 its column, d3 its shift, r3 the index of the value that is
// read; c3 values, w3 start of the window, n3 and q3 validity bits and their offset; a3, e3, o3 what else the
// column has; b3, l3 and k3 bytes that are staged, up to where four can be read at once, and how many entries
// a dictionary has.

import { LONG_TEXT_UNITS } from '../pack/packed-rows.ts'
import type { SpecNode } from '../spec/spec.ts'
import { typedArrayName } from './checks.ts'
import { isTime } from './column-for.ts'
import type { Entry } from './plan.ts'
import { STAGE_BYTES, STAGED_BYTES_MAX } from './stage.ts'

/** A value that is there, by the kinds of its column and its node. */
export function leafCode(entry: Entry, staged: boolean, slowly: string, whenNull: string): string {
  const { column, id, node } = entry
  const value = `c${id}[r${id}]`
  const inWindow = `c${id}[r${id}-w${id}]`
  switch (column.kind) {
    case 'number':
      return numberCode(node, valuesName(column), value) ?? slowly
    case 'int64':
      return numberOr(node, inWindow, slowly)
    case 'decimal':
      return column.form === 'text' ? slowly : numberOr(node, inWindow, slowly)
    case 'duration':
      return node.op === 'duration' ? windowOr(inWindow, slowly) : slowly
    case 'time':
      return isTime(node) && column.exact ? windowOr(inWindow, slowly) : slowly
    case 'bit':
      return node.op === 'bool' ? `x=o${id}+r${id};s[p++]=c${id}[x>>3]>>(x&7)&1;` : slowly
    case 'text': {
      if (node.op !== 'string') return slowly
      if (staged) return `x=o${id}[r${id}];y=o${id}[r${id}+1];${stageText(id, slowly)}`
      const text = `v=c${id}.substring(x,e${id}[r${id}-w${id}]);${PACK_TEXT}`
      return `x=a${id}[r${id}-w${id}];if(x>=0){${text}}else{${slowly}}`
    }
    case 'dictionary':
      if (node.op === 'enum') return `x=e${id}[${value}];if(x>=0)s[p++]=x;else{${slowly}}`
      if (node.op !== 'string') return slowly
      if (staged) {
        const ends = `y=o${id}[x+1];x=o${id}[x];`
        // Memory behind the dictionary begins at an index between two of its own.
        const whole = valuesName(column).startsWith('Float') ? '&&(x|0)===x' : ''
        return `x=${value};if(x>=0&&x<k${id}${whole}){${ends}${stageText(id, slowly)}}else{${slowly}}`
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

/** Integers and decimals are numbers where these are asked for; milliseconds have checks of their own. */
function numberOr(node: SpecNode, inWindow: string, slowly: string): string {
  const isNumber = node.op === 'int' || node.op === 'float' || node.op === 'bigint'
  return isNumber ? windowOr(inWindow, slowly) : slowly
}

/** Code for a window of numbers that are as the slot has them, NaN where the value is to be asked for. */
function windowOr(inWindow: string, slowly: string): string {
  return `v=${inWindow};if(v===v)s[p++]=v;else{${slowly}}`
}

/** Arrays of different types are read by different code, which V8 then keeps apart. */
export function valuesName(column: Entry['column']): string {
  switch (column.kind) {
    case 'number':
      return typedArrayName(column.values)
    case 'dictionary':
      return typedArrayName(column.indices)
    case 'list':
      return typedArrayName(column.offsets)
    default:
      return ''
  }
}

/** Whether the slot could say that there is nothing. */
export function isMaybe({ field, node }: Entry): boolean {
  return node.nullable || node.slotted || field?.omissible === true
}

/** What of the plan the code of an entry needs, in constants. */
export function bindings({ column, id, node, way }: Entry, staged: boolean): string {
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
    case 'decimal':
    case 'duration':
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
function numberCode(node: SpecNode, values: string, value: string): string | undefined {
  const isInteger = !values.startsWith('Float')
  if (node.op === 'int') return isInteger ? `s[p++]=${value};` : `v=${value};s[p]=(v|0)===v?v:intSlot(v);p++;`
  if (node.op !== 'float') return undefined
  if (isInteger) return `s[p++]=${value};`
  if (node.rejectNonFinite) return `v=${value};s[p]=v-v===0?v:finiteSlot(v);p++;`
  return `v=${value};s[p++]=v-v===0?v:NaN;`
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

/**
 * Copies bytes `[x, y)` to the staging, four at a time and up to three too many, which the next value writes
 * over; what is longer than that is worth goes on its own.
 */
function stageText(id: number, slowly: string): string {
  const loop = `for(x=x|0;x<y;x+=4,q+=4)A.setUint32(q,b${id}.getUint32(x,true),true);q+=y-x;`
  const copy = `if(z>${LOOP_BYTES_MAX}||y>l${id}){T.add(b${id},x,y,q);q+=z}else{${loop}}`
  return `z=y-x;if(z>${STAGED_BYTES_MAX}||q+z>${STAGE_BYTES}){${slowly}}else{s[p++]=z;${copy}}`
}

/** A loop copies so many bytes in the time of one call. */
const LOOP_BYTES_MAX = 64

const PACK_TEXT = `if(v.length>${LONG_TEXT_UNITS})t=P.writeLong(t,v);else t+=v;s[p++]=v.length;`
