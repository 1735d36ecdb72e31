// A Node older than 22.15.

import { expect, it, vi } from 'vitest'
import { ask } from './ask.ts'
import { makeRows, RowSource } from './row-source.ts'

vi.mock('node:zlib', async original => {
  const { default: zlib } = await original<{ default: typeof import('node:zlib') }>()
  const older = { ...zlib, zstdCompress: undefined }
  return { ...older, default: older }
})

it.each([
  ['zstd', undefined],
  ['zstd, br', 'br'],
  ['*', 'br'],
])('without zstd, %s gives %s', async (accepted, coding) => {
  const { headers } = await ask(new RowSource(makeRows(250)), '/m', {}, { 'accept-encoding': accepted })
  expect(headers['content-encoding']).toBe(coding)
})
