import { existsSync } from 'node:fs'
import { defineConfig } from 'tsup'

const entries: Record<string, string> = {
  index: 'src/index.ts',
  cache: 'src/cache/index.ts',
  redis: 'src/cache/redis.ts',
  file: 'src/cache/file.ts',
  threads: 'src/threads/index.ts',
  'store-suite': 'src/cache/store-suite.ts',
  http: 'src/http/index.ts',
  fastify: 'src/http/adapters/fastify.ts',
  express: 'src/http/adapters/express.ts',
  koa: 'src/http/adapters/koa.ts',
  hono: 'src/http/adapters/hono.ts',
  node: 'src/http/adapters/node.ts',
  infer: 'src/infer/index.ts',
  arrow: 'src/arrow/index.ts',
  cli: 'src/infer/cli.ts',
}

export default defineConfig({
  entry: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
  format: 'esm',
  target: 'node22',
  // Shared code lands in chunks, so that `tocson` and its subpaths are one library with one set of classes.
  splitting: true,
  // Types that are marked as internal may need declarations that the package does not bring along.
  dts: { compilerOptions: { stripInternal: true } },
  clean: true,
})
