// The ways of serving a page that are compared: what charts and tables call them, and what each is a ratio of.

export const ROW_COUNT = 10_000
export const PAGE_ROWS = 100

/** `redis` ways read from a Redis server, the others from this process's memory; `slow` ones get four times the time. */
export const WAYS = [
  { name: 'static', title: 'one static buffer (the limit)' },
  { name: 'static-pages', title: 'a static buffer for each page, same header' },
  { name: 'tocson', title: 'tocson: a list in memory' },
  { name: 'tocson-cache', title: 'tocson: PageCache' },
  { name: 'stringify-text', title: 'JSON.stringify of the slice, dates as text' },
  { name: 'stringify', title: 'JSON.stringify of the slice, dates as Date' },
  { name: 'cached', title: 'cached JSON: parse, slice, stringify', slow: true },
  { name: 'tocson-redis', title: 'tocson: PageCache over Redis, toc in memory', redis: true },
  { name: 'cached-redis', title: 'JSON from Redis: parse, slice, stringify', redis: true, slow: true },
]

/** What is compared by requests per second; some with a target. */
export const RATIOS = [
  { way: 'tocson', of: 'static', target: 0.95 },
  { way: 'tocson', of: 'static-pages' },
  { way: 'tocson', of: 'stringify', target: 15 },
  { way: 'tocson', of: 'stringify-text' },
  { way: 'tocson', of: 'cached', target: 300 },
  { way: 'tocson-redis', of: 'cached-redis', target: 20 },
]

/** p99 under load, in times of the static buffer's. */
export const P99_TIMES_MAX = 1.3
