import { expect, it } from 'vitest'
import { commonFormat } from '../../src/infer/formats.ts'

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  'date-time': [
    '2020-01-01T00:00:00Z',
    '2020-12-31T23:59:59.999999Z',
    '2020-02-29T00:00:00+23:59',
    '0000-01-01T00:00:00-00:00',
  ],
  date: ['2020-02-29', '2000-02-29', '1900-02-28', '9999-12-31'],
  time: ['00:00:00Z', '23:59:59.1Z', '10:00:00+02:00'],
  duration: ['PT0S', 'P1Y2M3W4DT5H6M7.890000001S', '-P1D', 'P3W', 'PT0.5S', '+PT1M'],
}

const NONE = [
  '2020-01-01 00:00:00Z',
  '2020-01-01t00:00:00z',
  '2020-01-01T00:00:00',
  '2020-01-01T24:00:00Z',
  '2020-01-01T00:60:00Z',
  '2020-01-01T23:59:60Z',
  '2020-01-01T00:00:00.Z',
  '2020-01-01T00:00:00+24:00',
  '2020-01-01T00:00:00Z ',
  '2021-02-29',
  '1900-02-29',
  '2020-13-01',
  '2020-00-01',
  '2020-04-31',
  '2020-1-1',
  '20200101',
  '10:00',
  '10:00:00',
  'P',
  'PT',
  'P1',
  'P1S',
  'PT1D',
  'PT.5S',
  'P1M1Y',
  'T1H',
  '',
  '5',
]

it.each(Object.entries(FORMATS))('%s', (format, texts) => {
  for (const text of texts) expect([text, commonFormat([text])]).toEqual([text, format])
  expect(commonFormat(texts)).toBe(format)
})

it('none', () => {
  for (const text of NONE) expect([text, commonFormat([text])]).toEqual([text, undefined])
  expect(commonFormat([])).toBeUndefined()
})
