// Express 5 and 4: node:http's response underneath, errors to `next`.

import { type PageOptions, type PageSettings, pageSettings } from '../settings.ts'
import { type NodeRequest, type NodeResponse, sendPage } from './node.ts'
import type { SourceFor } from './shared.ts'

export type { FieldValue, SourceFor } from './shared.ts'
export { type NodeRequest, type NodeResponse, sendPage }

/**
 * A route handler that serves a list.
 *
 * @example
 * app.get('/movies', pageHandler(source, { maxLimit: 500 }))
 */
export function pageHandler<Request extends NodeRequest>(
  source: SourceFor<Request>,
  options: PageOptions | PageSettings = {},
): (request: Request, response: NodeResponse, next: (error: unknown) => void) => void {
  const settings = pageSettings(options)
  return (request, response, next) => {
    sendPage(request, response, source, settings).catch(next)
  }
}
