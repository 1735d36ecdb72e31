// How lists and tags are called in a store. Everything of one list has one hash tag: Redis Cluster keeps it
// together.

import { safeKey } from './key.ts'

/** `{k:movies}:p` names the current version, `{k:movies}:v:<version>` is one, `{k:movies}:l` the lock. */
export const storeKeys = {
  pointer: (key: string): string => `{k:${safeKey(key)}}:p`,
  frame: (key: string, version: string): string => `{k:${safeKey(key)}}:v:${version}`,
  lock: (key: string): string => `{k:${safeKey(key)}}:l`,
  tag: (tag: string): string => `{t:${safeKey(tag)}}:s`,
}
