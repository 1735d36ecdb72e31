import { defineConfig } from 'vitest/config'

// TOCSON_LONG=1 runs the tests with their full counts; each says what it does then.
const isLong = process.env.TOCSON_LONG === '1'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // CI adds up what every runner counted.
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: 'test-artefacts/vitest.json' }]]
      : ['default'],
    // Several suites compare millions of values; a slow machine must not fail them.
    testTimeout: isLong ? 24 * 3_600_000 : 1_200_000,
    hookTimeout: 300_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/assembly/**', 'src/**/*.generated.ts', 'src/**/*.d.ts'],
      reporter: ['text', 'json-summary'],
      // Of the whole suite: a part of it ends with an error here.
      thresholds: { lines: 98, branches: 98 },
    },
  },
})
