// The tests that mutants of spec, pack and toc must not survive: fast, and the same on every run.

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

process.env.TOCSON_SHORT = '1'
process.env.TOCSON_SEED = '20261121'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: [
      'test/spec/**/*.test.ts',
      'test/pack/**/*.test.ts',
      'test/toc/**/*.test.ts',
      'test/oracle/agreement-1.test.ts',
      'test/errors.test.ts',
      'test/serializer.test.ts',
    ],
    // Processes of their own, which no mutant reaches, and what is measured in megabytes.
    exclude: ['test/pack/no-codegen.test.ts', 'test/toc/sliced-memory.test.ts'],
    testTimeout: 10_000,
    // A process for each file would take longer than most files.
    isolate: false,
  },
})
