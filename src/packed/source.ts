// What the two generators of this folder share: names, constants, functions, and the text of all of them as a
// function.
//
// Nothing of the schema becomes code. Property names appear only as JSON string literals; values are passed
// in.
//
// Names in the generated code: C cursor; s slots, p position, t text, u text position; x scratch.

import { subtreeSizes } from '../pack/nodes.ts'
import type { NodeIndex, Spec, SpecNode } from '../spec/spec.ts'

/** Larger values inside others are functions of their own: V8 gives up optimizing very long ones. */
const INLINE_NODES_MAX = 40

export class Source {
  readonly #spec: Spec
  readonly #sizes: Uint32Array
  readonly #constants: unknown[] = []
  readonly #functions: string[] = []
  readonly #names = new Map<NodeIndex, string>()
  #nameCount = 0

  constructor(spec: Spec) {
    this.#spec = spec
    this.#sizes = subtreeSizes(spec.nodes)
  }

  name(prefix: string): string {
    return prefix + this.#nameCount++
  }

  constant(value: unknown): string {
    return `k${this.#constants.push(value) - 1}`
  }

  isLarge(node: SpecNode): boolean {
    return node.op !== 'ref' && node.index !== this.#spec.root && this.#sizes[node.index]! > INLINE_NODES_MAX
  }

  /** Name of the function of a node, made at the first call. */
  functionOf(index: NodeIndex, make: (name: string) => string): string {
    const known = this.#names.get(index)
    if (known !== undefined) return known
    const name = this.name('f')
    this.#names.set(index, name)
    this.#functions.push(make(name))
    return name
  }

  /** Throws an EvalError where the process forbids code generation. */
  compile(library: Record<string, unknown>, main: string): unknown {
    const parameters = this.#constants.map((_, i) => `k${i}`)
    const names = Object.keys(library).join(',')
    const source = `"use strict";const{${names}}=L;\n${this.#functions.join('\n')}\nreturn ${main}`
    return new Function('L', ...parameters, source)(library, ...this.#constants)
  }
}
