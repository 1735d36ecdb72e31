// Prints "passed failed" of vitest's JSON reports, for the sum that CI ends with.

import { readFileSync } from 'node:fs'

let passed = 0
let failed = 0
for (const path of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(path, 'utf8'))
  // A file that does not even load has no tests of its own to fail.
  const brokenFiles = report.testResults.filter(
    file => file.status === 'failed' && file.assertionResults.length === 0,
  )
  passed += report.numPassedTests
  failed += report.numFailedTests + brokenFiles.length
}
console.log(passed, failed)
