import { describe, expect, it } from 'vitest'
import { PageNegotiator } from '../../src/http/negotiate.ts'

describe('PageNegotiator', () => {
  const negotiator = new PageNegotiator({ ndjson: true, encodings: ['br', 'gzip'] })

  it('remembers what clients keep sending: the same decision, not an equal one', () => {
    const headers = { accept: 'application/json', 'accept-encoding': 'gzip, br' }
    const first = negotiator.negotiate(headers)
    expect(first).toEqual({ form: 'json', encodings: ['br', 'gzip', 'identity'] })
    expect(negotiator.negotiate({ ...headers })).toBe(first)
    expect(negotiator.negotiate({ ...headers, accept: ['application/json'] })).toBe(first)
    expect(negotiator.negotiate({})).not.toBe(first)
  })

  it('decides rightly however many different values come, and keeps a bounded number', () => {
    const headers = { accept: '*/*', 'accept-encoding': 'br' }
    const first = negotiator.negotiate(headers)
    for (let i = 0; i < 2000; i++) {
      const accept = i % 2 === 0 ? `text/x-${i}, application/x-ndjson` : `text/x-${i}, */*`
      const { form } = negotiator.negotiate({ accept, 'accept-encoding': `x-${i % 7}, gzip` })
      expect(form).toBe(i % 2 === 0 ? 'ndjson' : 'json')
    }
    expect(negotiator.negotiate(headers)).toEqual(first)
    expect(negotiator.negotiate(headers)).not.toBe(first) // it was forgotten on the way
  })

  it('does not keep values longer than any honest client sends', () => {
    const headers = { accept: `${'text/plain,'.repeat(100)}*/*` }
    expect(negotiator.negotiate(headers)).toEqual(negotiator.negotiate(headers))
    expect(negotiator.negotiate(headers)).not.toBe(negotiator.negotiate(headers))
  })
})
