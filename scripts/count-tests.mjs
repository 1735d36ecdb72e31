// Prints "passed failed" of a vitest JSON report, for the sum that CI ends with.

import { readFileSync } from 'node:fs'

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'))
// A file that does not even load has no tests of its own to fail.
const brokenFiles = report.testResults.filter(
  file => file.status === 'failed' && file.assertionResults.length === 0,
)
console.log(report.numPassedTests, report.numFailedTests + brokenFiles.length)
