// Loaded when asked for: a suite's process has only what it measures.

/** Name to a function that resolves to the suite: `suite(options)` gives tables, or samples for another suite. */
export const SUITES = {
  rows: async () => (await import('./rows.mjs')).rowsSuite,
  serializeOne: async () => (await import('./serialize-one.mjs')).serializeOneSuite,
  pages: async () => (await import('./pages.mjs')).pagesSuite,
  compile: async () => (await import('./compile.mjs')).compileSuite,
  start: async () => (await import('./start.mjs')).startSuite,
  cache: async () => (await import('./cache.mjs')).cacheSuite,
  memory: async () => (await import('./memory.mjs')).memorySuite,
  memoryWay: async () => (await import('./memory-way.mjs')).memoryWaySuite,
  packed: async () => (await import('./packed.mjs')).packedSuite,
  columns: async () => (await import('./columns.mjs')).columnsSuite,
  pool: async () => (await import('./pool.mjs')).poolSuite,
  async: async () => (await import('./async.mjs')).asyncSuite,
  stream: async () => (await import('./stream.mjs')).streamSuite,
  profile: async () => (await import('./profile.mjs')).profileSuite,
}
