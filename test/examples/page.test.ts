// The demo's web page in a real browser: what a visitor clicks, types and sees.

import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium } from './browser.ts'
import { ServingExample } from './example-process.ts'

const ROWS = 4000
const SCREENSHOTS = fileURLToPath(new URL('../../test-artefacts/demo/', import.meta.url))

/** PNG, section 11.2.2: the header's first field, after the signature and the chunk's length and name. */
const PNG_WIDTH_AT = 16

/** The part of a browser's globals that is used. */
interface BrowserScope {
  readonly document: {
    readonly body: object
    readonly activeElement: { readonly id: string; getAttribute(name: string): string | null }
  }
  getComputedStyle(element: object): { readonly backgroundColor: string }
}

if (chromiumPath === undefined) {
  console.warn(
    '\n*** SKIPPED: the demo page is not tested, no Chromium is installed (apt-get install chromium) ***\n',
  )
}

describe.skipIf(chromiumPath === undefined)('the demo page', () => {
  let demo: ServingExample
  let browser: Browser
  let page: Page
  const problems: string[] = []

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true })
    demo = await ServingExample.start('demo.mjs', '--rows', `${ROWS}`)
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })

  beforeEach(() => open({ width: 1280, height: 1000 }))
  afterEach(async () => {
    await page.context().close()
    expect(problems.splice(0)).toEqual([])
  })

  async function open(viewport: { width: number; height: number }, colorScheme: 'light' | 'dark' = 'light') {
    const context = await browser.newContext({ viewport, colorScheme })
    page = await context.newPage()
    page.on('pageerror', error => problems.push(error.message))
    page.on('console', message => message.type() === 'error' && problems.push(message.text()))
    page.on('request', request => request.url().startsWith(demo.url) || problems.push(request.url()))
    await page.goto(demo.url)
    await showsRow(1)
  }

  /** Waits until the table begins with that film. */
  async function showsRow(id: number) {
    const text = id.toLocaleString('en')
    await page.locator('tbody tr:first-child td:first-child', { hasText: new RegExp(`^${text}$`) }).waitFor()
  }
  const rowCount = () => page.locator('tbody tr').count()
  const focused = () =>
    page.evaluate(() => {
      const element = (globalThis as unknown as BrowserScope).document.activeElement
      return element.id || element.getAttribute('name') || ''
    })
  const background = () =>
    page.evaluate(() => {
      const { document, getComputedStyle } = globalThis as unknown as BrowserScope
      return getComputedStyle(document.body).backgroundColor
    })
  const text = (selector: string) => page.locator(selector).textContent()

  it('shows the first page, its time, its bytes and its toc', async () => {
    expect(await rowCount()).toBe(20)
    expect(await text('tbody tr:first-child th')).toBe('The Land Girls')
    expect(await text('#summary')).toContain('4,000 films')
    expect(await text('#pages')).toBe('200')
    expect(await text('#server-time')).toMatch(/^[\d.,]+ (µs|ms)$/)
    const body = await (await fetch(`${demo.url}/movies?offset=0&limit=20`)).arrayBuffer()
    expect(await text('#bytes')).toBe(body.byteLength.toLocaleString('en'))
    expect(await page.locator('#toc li').count()).toBe(21)
    expect(await text('#toc li:first-child b')).toBe('1')
    expect(await text('#recipe')).toBe('blob.subarray(toc[0], toc[20] - 1)')
  })

  it('turns pages by clicks', async () => {
    expect(await page.isDisabled('#previous')).toBe(true)
    await page.click('#next')
    await showsRow(21)
    await page.click('#last')
    await showsRow(3981)
    expect(await page.isDisabled('#next')).toBe(true)
    await page.click('#previous')
    await showsRow(3961)
    await page.click('#first')
    await showsRow(1)
  })

  it('jumps to a page, and says when there is none', async () => {
    await page.fill('#page', '123')
    await page.press('#page', 'Enter')
    await showsRow(2441)
    for (const wrong of ['0', '201', 'x', '-1', '1e2', '1.5']) {
      await page.fill('#page', wrong)
      await page.press('#page', 'Enter')
      expect(await text('#status')).toBe(`There is no page "${wrong}": pages go from 1 to 200.`)
    }
    await showsRow(2441)
  })

  it('changes the rows per page and stays where it is', async () => {
    await page.fill('#page', '3')
    await page.press('#page', 'Enter')
    await showsRow(41)
    await page.selectOption('#limit', '50')
    await showsRow(1)
    expect(await rowCount()).toBe(50)
    expect(await text('#pages')).toBe('80')
  })

  it('works by keys', async () => {
    await page.keyboard.press('ArrowRight')
    await showsRow(21)
    await page.keyboard.press('End')
    await showsRow(3981)
    await page.keyboard.press('ArrowLeft')
    await showsRow(3961)
    await page.keyboard.press('Home')
    await showsRow(1)
    await page.keyboard.press('g')
    await page.keyboard.type('7')
    await page.keyboard.press('Enter')
    await showsRow(121)
    await page.locator('#page').blur()
    await page.keyboard.press('t')
    await page.locator('#recipe', { hasText: 'JSON.parse' }).waitFor()
    expect(await page.isChecked('[name=way][value=naive]')).toBe(true)
  })

  it('reaches every control by Tab, the switch by arrows', async () => {
    const seen: string[] = []
    await page.locator('body').press('Tab')
    for (let i = 0; i < 12; i++) {
      seen.push(await focused())
      await page.keyboard.press('Tab')
    }
    expect(seen).toEqual(expect.arrayContaining(['way', 'page', 'next', 'last', 'limit', 'race']))
    await page.focus('[name=way][value=tocson]')
    await page.keyboard.press('ArrowRight')
    expect(await page.isChecked('[name=way][value=naive]')).toBe(true)
    await page.keyboard.press('End')
    await showsRow(3981)
    await page.keyboard.press('t')
    await page.locator('#recipe', { hasText: 'subarray' }).waitFor()
  })

  it('skips to the films without leaving the page of films', async () => {
    await page.click('#next')
    await showsRow(21)
    await page.locator('.skip').press('Enter')
    await page.keyboard.press('ArrowRight')
    await showsRow(41)
  })

  it('makes the same pages both ways, and draws both', async () => {
    const rows = () => page.locator('tbody').innerHTML()
    await page.click('#next')
    await showsRow(21)
    const cut = await rows()
    await page.click('text=parse, slice, stringify >> nth=0')
    await page.locator('#chart rect').waitFor()
    expect(await rows()).toBe(cut)
    await page.click('#race')
    await page.locator('#chart rect').nth(10).waitFor()
    expect(await page.locator('#chart circle').count()).toBeGreaterThanOrEqual(11)
    expect(await text('#factor')).toMatch(/^[\d,]+x apart/)
    await page.screenshot({ path: `${SCREENSHOTS}light.png` })
  })

  it('keeps its place in the address', async () => {
    await page.goto(`${demo.url}/#way=naive&offset=100&limit=50`)
    await page.reload()
    await showsRow(101)
    expect(await rowCount()).toBe(50)
    await page.goto(`${demo.url}/#way=evil&offset=-5&limit=7`)
    await page.reload()
    await showsRow(1)
    expect(await rowCount()).toBe(20)
    await page.goto(`${demo.url}/#offset=99999999`)
    await showsRow(3981)
  })

  it('fits a narrow dark screen', async () => {
    await page.context().close()
    await open({ width: 360, height: 740 }, 'dark')
    await page.click('#next')
    await showsRow(21)
    const picture = await page.screenshot({ path: `${SCREENSHOTS}narrow-dark.png`, fullPage: true })
    expect(picture.readUInt32BE(PNG_WIDTH_AT)).toBe(360) // nothing sticks out
    expect(await background()).toBe('rgb(16, 21, 27)')
  })

  it.each([721, 860, 1000, 1180, 1200])('fits a screen of %i pixels', async width => {
    await page.setViewportSize({ width, height: 700 })
    const picture = await page.screenshot({ fullPage: true })
    expect(picture.readUInt32BE(PNG_WIDTH_AT)).toBe(width)
  })

  it('says when nobody answers', async () => {
    await page.route('**/movies?*', route => route.abort())
    await page.click('#next')
    await page.locator('#status', { hasText: /./ }).waitFor()
    expect(await text('#status')).toBe('The demo does not answer: has it been stopped?')
    expect(problems.splice(0)).toHaveLength(1) // the browser's own words for the refused request
  })
})
