// The page's state and its controls: which rows, made which way; everything shown follows from one request.

import { Chart } from './chart.js'
import { showFilms } from './table.js'
import { showToc } from './toc.js'

const PATHS = { tocson: 'movies', naive: 'naive/movies' }
const RACE_PAGES = 10

const element = id => document.getElementById(id)
const chart = new Chart(element('chart'))
const state = { way: 'tocson', offset: 0, limit: 20, total: 0 }
let running = new AbortController()

function connect() {
  element('first').addEventListener('click', () => goTo(1))
  element('previous').addEventListener('click', () => goTo(pageNumber() - 1))
  element('next').addEventListener('click', () => goTo(pageNumber() + 1))
  element('last').addEventListener('click', () => goTo(pageCount()))
  element('race').addEventListener('click', race)
  element('limit').addEventListener('change', event => change({ limit: Number(event.target.value) }))
  document.querySelector('.pager').addEventListener('submit', jump)
  for (const input of document.querySelectorAll('[name=way]')) {
    input.addEventListener('change', () => change({ way: input.value }))
  }
  document.addEventListener('keydown', onKey)
  addEventListener('hashchange', () => readHash() && show())
}

const pageNumber = () => Math.floor(state.offset / state.limit) + 1
const pageCount = () => Math.max(1, Math.ceil(state.total / state.limit))

function goTo(page) {
  const number = Math.min(Math.max(page, 1), pageCount())
  return change({ offset: (number - 1) * state.limit })
}

function change(part) {
  Object.assign(state, part)
  state.offset -= state.offset % state.limit
  return show()
}

function jump(event) {
  event.preventDefault()
  const text = element('page')
    .value.trim()
    .replaceAll(/[\s,.](?=\d{3})/g, '')
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= pageCount()) return goTo(Number(text))
  tell(`There is no page ${JSON.stringify(element('page').value)}: pages go from 1 to ${count(pageCount())}.`)
  element('page').select()
}

const KEYS = {
  ArrowLeft: () => goTo(pageNumber() - 1),
  ArrowRight: () => goTo(pageNumber() + 1),
  Home: () => goTo(1),
  End: () => goTo(pageCount()),
  g: () => element('page').select(),
  t: () => change({ way: state.way === 'tocson' ? 'naive' : 'tocson' }),
  r: race,
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isOwnKey(event)) return
  const action = KEYS[event.key]
  if (!action) return
  event.preventDefault()
  action()
}

/** Keys that mean something to the control that has the focus: to the switch only arrows. */
function isOwnKey({ key, target }) {
  if (target.closest('[name=way]')) return key.startsWith('Arrow')
  return target.closest('input, select') !== null
}

/** Asks for the current page and shows it; a later request overtakes one that is still under way. */
async function show() {
  running.abort()
  running = new AbortController()
  const { signal } = running
  document.body.classList.add('busy')
  try {
    const answer = await ask(state.way, state.offset, state.limit, signal)
    const toc = await (await fetch(`toc?offset=${state.offset}&limit=${state.limit}`, { signal })).json()
    state.total = toc.rows
    if (state.offset >= state.total) return goTo(pageCount()) // from a link to a longer list
    showAnswer(answer, toc)
  } catch (error) {
    if (error.name !== 'AbortError') tell(explain(error))
  } finally {
    if (!signal.aborted) document.body.classList.remove('busy')
  }
}

/** One page, how long making it took on the server, and how long the request took here. */
async function ask(way, offset, limit, signal) {
  const start = performance.now()
  const response = await fetch(`${PATHS[way]}?offset=${offset}&limit=${limit}`, { cache: 'no-store', signal })
  const body = await response.arrayBuffer()
  const requestMs = performance.now() - start
  const text = new TextDecoder().decode(body)
  if (!response.ok) throw new Error(`${response.status}: ${text}`)
  const serverMs = Number(/dur=([\d.]+)/.exec(response.headers.get('server-timing'))?.[1])
  chart.add(way, serverMs)
  showMedians()
  return { way, rows: JSON.parse(text), byteLength: body.byteLength, serverMs, requestMs }
}

function showAnswer({ way, rows, byteLength, serverMs, requestMs }, toc) {
  tell('')
  element('server-time').textContent = time(serverMs)
  element('request-time').textContent = time(requestMs)
  element('bytes').textContent = count(byteLength)
  const parts = `a blob of ${bytes(toc.blobBytes)} and a toc of ${bytes(toc.tocBytes)}`
  element('summary').textContent = `${count(toc.rows)} films, serialized once: ${parts}.`
  element('page').value = pageNumber()
  element('pages').textContent = count(pageCount())
  element('limit').value = state.limit
  document.querySelector(`[name=way][value=${way}]`).checked = true
  for (const id of ['first', 'previous']) element(id).disabled = pageNumber() === 1
  for (const id of ['next', 'last']) element(id).disabled = pageNumber() === pageCount()
  showFilms(element('films'), rows)
  showToc(toc, way)
  history.replaceState(null, '', `#${new URLSearchParams({ way, offset: state.offset, limit: state.limit })}`)
}

function showMedians() {
  const [fast, slow] = [chart.median('tocson'), chart.median('naive')]
  element('tocson-median').textContent = fast === undefined ? '–' : time(fast)
  element('naive-median').textContent = slow === undefined ? '–' : time(slow)
  const known = fast !== undefined && slow !== undefined
  element('factor').textContent = known ? `${count(Math.round(slow / fast))}x apart (medians)` : ''
}

/** Random pages, made both ways in turn. */
async function race() {
  const button = element('race')
  if (button.disabled) return
  button.disabled = true
  try {
    for (let i = 0; i < RACE_PAGES; i++) {
      const offset = Math.floor(Math.random() * pageCount()) * state.limit
      for (const way of ['tocson', 'naive']) await ask(way, offset, state.limit)
    }
  } catch (error) {
    tell(explain(error))
  } finally {
    button.disabled = false
  }
}

/** Whatever a link says that cannot be is left as it was. */
function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1))
  const [way, offset, limit] = [hash.get('way'), hash.get('offset') ?? '', Number(hash.get('limit'))]
  if (Object.hasOwn(PATHS, way ?? '')) state.way = way
  const limits = [...element('limit').options].map(option => Number(option.value))
  if (limits.includes(limit)) state.limit = limit
  if (/^\d{1,9}$/.test(offset)) state.offset = offset - (offset % state.limit)
  return true
}

function tell(text) {
  element('status').textContent = text
}

function explain(error) {
  return error instanceof TypeError ? 'The demo does not answer: has it been stopped?' : error.message
}

const count = value => value.toLocaleString('en')

function bytes(value) {
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`
}

function time(ms) {
  const [value, unit] = ms < 1 ? [ms * 1000, 'µs'] : [ms, 'ms']
  return `${count(value < 100 ? Number(value.toPrecision(2)) : Math.round(value))} ${unit}`
}

readHash()
connect()
show()
