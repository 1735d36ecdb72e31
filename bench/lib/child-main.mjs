// Entry of a child process: runs one suite and sends its tables to the parent.

import { SUITES } from '../suites/index.mjs'

const [name, options] = process.argv.slice(2)
const suite = await SUITES[name]()
const tables = await suite(JSON.parse(options))
process.send(tables, () => process.disconnect())
