import { describe, expect, it } from 'vitest'
import { HttpProblem } from '../../src/http/problem.ts'
import { parsePageQuery } from '../../src/http/query.ts'

const LIMITS = { defaultLimit: 20, maxLimit: 100 }

function problem(url: string): HttpProblem {
  try {
    parsePageQuery(url, LIMITS)
  } catch (error) {
    if (error instanceof HttpProblem) return error
    throw error
  }
  throw new Error(`${url} was accepted`)
}

describe('parsePageQuery', () => {
  it.each([
    ['/movies', 'offset', { offset: 0, limit: 20 }],
    ['/movies?', 'offset', { offset: 0, limit: 20 }],
    ['/movies?&&', 'offset', { offset: 0, limit: 20 }],
    ['/movies?limit=100', 'offset', { offset: 0, limit: 100 }],
    ['/movies?offset=7&limit=1', 'offset', { offset: 7, limit: 1 }],
    ['/movies?offset=007', 'offset', { offset: 7, limit: 20 }],
    ['/movies?%6fffset=7', 'offset', { offset: 7, limit: 20 }],
    ['/movies?offset=%37', 'offset', { offset: 7, limit: 20 }],
    ['https://x.example/movies?offset=7#offset=8', 'offset', { offset: 7, limit: 20 }],
    ['/movies?offset=9007199254740971', 'offset', { offset: 9007199254740971, limit: 20 }],
    ['/movies?page=1', 'page', { offset: 0, limit: 20 }],
    ['/movies?page=3&per_page=50', 'page', { offset: 100, limit: 50 }],
    ['/movies?per_page=50', 'page', { offset: 0, limit: 50 }],
    ['/movies?cursor=abc', 'cursor', { cursor: 'abc' }],
    ['/movies?cursor=a%2Bb%3D&limit=5', 'cursor', { cursor: 'a+b=', limit: 5 }],
  ])('reads %s', (url, style, request) => {
    expect(parsePageQuery(url, LIMITS)).toMatchObject({ style, request })
    expect(parsePageQuery(url, LIMITS).request).toEqual(request)
  })

  it.each([
    ['?offset=1&offset=1', 'offset', 'PARAMETER_REPEATED'],
    ['?limit=1&%6cimit=2', 'limit', 'PARAMETER_REPEATED'],
    ['?offset=', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=abc', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=1.5', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=1e3', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=0x10', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=+1', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=%201', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=1%0a', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=%zz', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=%EF%BC%91', 'offset', 'PARAMETER_MALFORMED'], // a full-width digit
    ['?offset=NaN', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=Infinity', 'offset', 'PARAMETER_MALFORMED'],
    ['?offset=-1', 'offset', 'PARAMETER_RANGE'],
    ['?offset=-0', 'offset', 'PARAMETER_RANGE'],
    ['?offset=9007199254740972', 'offset', 'PARAMETER_RANGE'],
    [`?offset=${'9'.repeat(400)}`, 'offset', 'PARAMETER_RANGE'],
    ['?limit=0', 'limit', 'PARAMETER_RANGE'],
    ['?limit=-5', 'limit', 'PARAMETER_RANGE'],
    ['?limit=101', 'limit', 'PARAMETER_RANGE'],
    ['?page=0', 'page', 'PARAMETER_RANGE'],
    ['?page=9007199254740991', 'page', 'PARAMETER_RANGE'],
    ['?page=1&per_page=101', 'per_page', 'PARAMETER_RANGE'],
    ['?page=x', 'page', 'PARAMETER_MALFORMED'],
    ['?cursor=', 'cursor', 'PARAMETER_MALFORMED'],
    [`?cursor=${'c'.repeat(2049)}`, 'cursor', 'PARAMETER_MALFORMED'],
    ['?cursor=abc&limit=x', 'limit', 'PARAMETER_MALFORMED'],
    ['?page=1&offset=0', 'page', 'PARAMETER_CONFLICT'],
    ['?cursor=a&offset=0', 'cursor', 'PARAMETER_CONFLICT'],
    ['?cursor=a&page=1', 'cursor', 'PARAMETER_CONFLICT'],
    ['?limit=5&per_page=5', 'per_page', 'PARAMETER_CONFLICT'],
    ['?offset=5&per_page=5', 'per_page', 'PARAMETER_CONFLICT'],
    ['?cursor=a&per_page=5', 'per_page', 'PARAMETER_CONFLICT'],
    ['?page=1&limit=5', 'limit', 'PARAMETER_CONFLICT'],
  ])('refuses %s', (query, parameter, code) => {
    expect(problem(`/movies${query}`)).toMatchObject({ parameter, code, status: 400 })
  })

  it.each([
    ['/m?genre=drama&offset=5&sort=-year&limit=5', 'genre=drama&sort=-year'],
    ['/m?a=1&a=2&&b', 'a=1&a=2&b'],
    ['/m?Offset=5', 'Offset=5'],
    ['/m?q=%zz', 'q=%zz'],
    ['/m?q=a+b%20c', 'q=a+b%20c'],
    ['/m?q=<x>"&r=é\r\nEvil: 1', 'q=%3Cx%3E%22&r=%C3%A9%0D%0AEvil:%201'],
    ['/m?q=\ud800', 'q=%EF%BF%BD'],
  ])('keeps what is the application’s of %j', (url, rest) => {
    expect(parsePageQuery(url, LIMITS).rest).toBe(rest)
  })

  it('never fails in another way, whatever the query', () => {
    const pieces = [
      'offset',
      'limit',
      'page',
      'cursor',
      '=',
      '&',
      '%',
      '3',
      '-',
      '\ud800',
      '+',
      '#',
      '?',
      ' ',
    ]
    let seed = 20261121
    const random = (n: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed % n
    }
    for (let i = 0; i < 20_000; i++) {
      const query = Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join('')
      try {
        const { request, rest } = parsePageQuery(`/m?${query}`, LIMITS)
        if ('offset' in request) expect(Number.isSafeInteger(request.offset + request.limit)).toBe(true)
        expect(rest, `seed ${seed}`).toMatch(/^[\x21\x23-\x3b\x3d\x3f-\x7e]*$/)
      } catch (error) {
        expect(error, `seed ${seed}: ${query}`).toBeInstanceOf(HttpProblem)
      }
    }
  })
})
