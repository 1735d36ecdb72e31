// Any runtime with web Request and Response: Next.js, Elysia, h3, Bun, Deno. Here Node stands in for them:
// node examples/frameworks/web.mjs

import { pageResponse } from 'tocson/hono'
import { PageSettings } from 'tocson/http'
import { source } from './movies.mjs'

const settings = new PageSettings({ maxLimit: 500 })

/** As `app/movies/route.ts` of a Next.js application exports it. */
export const GET = request => pageResponse(request, source, settings)

const response = await GET(new Request('http://localhost/movies?offset=40&limit=2'))
console.log(response.status, Object.fromEntries(response.headers), await response.text())
