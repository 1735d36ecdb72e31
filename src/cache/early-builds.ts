// Lists that are being built in slices, and those who wait for rows of them rather than for the whole list.

import { ListBuild } from '../toc/list-build.ts'
import type { Page } from '../toc/page.ts'
import type { ListPlan } from './options.ts'

/**
 * Rows of a list that is still being built: no version, no cursors, and perhaps no total yet; a build that fails
 * later does not take it back.
 */
export type EarlyPage = Page<number | undefined> & { readonly version?: undefined }

/** In an object, because a promise of a promise is one of its list. */
interface Begun {
  readonly list: ListBuild
}

interface Place {
  readonly key: string
  readonly tags: readonly string[]
  readonly begun: Promise<Begun>
  readonly resolve: (begun: Begun) => void
  waiterCount: number
  isBegun: boolean
}

export class EarlyBuilds {
  readonly #places = new Map<string, Place>()

  /** The result of a `build`, when it has just been called: its pages go to those who wait for them. */
  begin(plan: ListPlan, result: unknown): void {
    if (!(result instanceof ListBuild)) return
    if (this.#places.get(idOf(plan))?.isBegun) this.#places.delete(idOf(plan))
    const place = this.#place(plan)
    place.isBegun = true
    place.resolve({ list: result })
    const forget = () => this.#forget(plan, place)
    result.then(forget, forget)
  }

  /**
   * The page as soon as a build under way, or the next one, has its rows; `whole` when that comes first, or when
   * there is no such build.
   */
  async page<P>(
    plan: ListPlan,
    offset: number,
    limit: number,
    whole: () => Promise<P>,
  ): Promise<P | EarlyPage> {
    const place = this.#place(plan)
    place.waiterCount += 1
    try {
      return await new Promise<P | EarlyPage>((resolve, reject) => {
        whole().then(resolve, reject)
        // A build that fails may still be answered by an older snapshot: `whole` knows.
        const early = place.begun.then(({ list }) => list.page(offset, limit))
        early.then(page => resolve(page as EarlyPage)).catch(() => undefined)
      })
    } finally {
      place.waiterCount -= 1
      if (place.waiterCount === 0 && !place.isBegun) this.#forget(plan, place)
    }
  }

  /** Who asks from now on waits for another build. */
  cancel(key: string): void {
    this.#cancelWhere(place => place.key === key)
  }

  cancelTagged(tag: string): void {
    this.#cancelWhere(place => place.tags.includes(tag))
  }

  #cancelWhere(isMeant: (place: Place) => boolean): void {
    for (const [id, place] of this.#places) {
      if (isMeant(place)) this.#places.delete(id)
    }
  }

  #forget(plan: ListPlan, place: Place): void {
    if (this.#places.get(idOf(plan)) === place) this.#places.delete(idOf(plan))
  }

  #place(plan: ListPlan): Place {
    const id = idOf(plan)
    const known = this.#places.get(id)
    if (known !== undefined) return known
    let resolve!: (begun: Begun) => void
    const begun = new Promise<Begun>(settle => {
      resolve = settle
    })
    const place = { key: plan.key, tags: plan.tags, begun, resolve, waiterCount: 0, isBegun: false }
    this.#places.set(id, place)
    return place
  }
}

function idOf({ fingerprint, key }: ListPlan): string {
  return JSON.stringify([fingerprint, key])
}
