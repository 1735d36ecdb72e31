#!/usr/bin/env node
// The program `tocson`.

import process from 'node:process'
import { runCli } from './run-cli.ts'

// Whoever reads may have enough before everything is written (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
process.exitCode = await runCli(process.argv.slice(2), process)
