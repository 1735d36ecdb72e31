import Type from 'typebox'
import { afterEach, expect, test, vi } from 'vitest'
import { OffsetWalk, offsetWalk } from '../../src/packed/time-zone.ts'
import { compile } from '../../src/serializer.ts'
import { DateTime } from '../../src/spec/builders.ts'

const { TZ } = process.env
afterEach(() => {
  if (TZ === undefined) delete process.env.TZ
  else process.env.TZ = TZ
  vi.restoreAllMocks()
})

test.each(['UTC', 'Asia/Kathmandu', 'America/Phoenix'])(
  '%s: all offsets are met once, for many rows',
  zone => {
    process.env.TZ = zone
    const walk = new OffsetWalk()
    expect(walk.before(4000)).toBe(0)
    const count = walk.before(4000)
    expect(count).toBeGreaterThan(4000) // 200 years in steps of less than 19 days
    expect(count).toBeLessThan(4100)
    expect(walk.before(4000)).toBe(0)
  },
)

test.each(['Europe/Berlin', 'America/New_York', 'Australia/Sydney'])('%s: clocks change, no walk', zone => {
  process.env.TZ = zone
  const walk = new OffsetWalk()
  expect([walk.before(5000), walk.before(5000)]).toEqual([0, 0])
})

test('unpack tells of rows with dates and of no others', () => {
  const before = vi.spyOn(offsetWalk, 'before')
  const dated = compile(Type.Object({ at: DateTime() }))
  const plain = compile(Type.Object({ id: Type.Integer() }))
  plain.unpack(plain.pack([{ id: 1 }]))
  expect(before).not.toHaveBeenCalled()
  const rows = [{ at: new Date(0) }, { at: new Date(1) }]
  expect(dated.unpack(dated.pack(rows))).toEqual(rows)
  expect(before.mock.calls).toEqual([[2]])
})
