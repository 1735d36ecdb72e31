// Runs a list's own `build`: bounded in time, its result checked before anybody relies on it.

import { types } from 'node:util'
import { isToc, JsonList } from '../toc/json-list.ts'
import { BuildError } from './errors.ts'
import { asBuffer } from './frame.ts'
import { assertTocOf } from './frame-index.ts'
import type { ListPlan } from './options.ts'

/** `onBegin` sees what `build` returns before it is waited for. @throws what `build` threw, unchanged, or BuildError */
export async function runBuild(
  plan: ListPlan,
  buildMs: number,
  onBegin: (result: unknown) => void,
): Promise<JsonList> {
  return toList(await within(buildMs, plan, onBegin))
}

async function within(buildMs: number, plan: ListPlan, onBegin: (result: unknown) => void): Promise<unknown> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new BuildError('BUILD_TIMEOUT', `no result in ${buildMs} ms`)
      reject(error)
      controller.abort(error)
    }, buildMs)
  })
  try {
    const result = plan.build({ key: plan.key, signal: controller.signal })
    onBegin(result)
    return await Promise.race([result, timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** @throws BuildError when it is neither a list nor blob and toc of one */
function toList(result: unknown): JsonList {
  const { blob, toc } = Object(result) as { blob?: unknown; toc?: unknown }
  if (!types.isUint8Array(blob) || !isToc(toc)) {
    throw new BuildError('BUILD_RESULT', 'gave neither a JsonList nor { blob, toc }')
  }
  try {
    assertTocOf(toc, blob.byteLength)
    return result instanceof JsonList ? result : new JsonList(asBuffer(blob), toc)
  } catch (error) {
    throw new BuildError('BUILD_RESULT', 'gave a toc that is not its blob’s', error)
  }
}
