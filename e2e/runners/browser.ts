import { type BrowserContext, test } from '@playwright/test'

/**
 * LATHE_CHAOS=1, or another seed, has the engine's answers come late and out of order, and a minute of the page pass in two seconds: a spec
 * that holds there waits for what it looks at, and a page that does shows what was asked for last.
 */
const seed = Number(process.env.LATHE_CHAOS ?? 0)

export const browserTest = test.extend({
  context: async ({ context }, use) => {
    if (seed) await delay(context)
    await use(context)
  },
})

/**
 * Most calls take up to 0.3 s more, one in eight 1 to 4 s: some of them before the engine hears the question, the others before the page
 * hears the answer. Of the event stream only the beginning is late. The draws are those of the seed and of the page's address.
 */
async function delay(context: BrowserContext): Promise<void> {
  await context.addInitScript(`{
    let state = ${seed}
    for (const each of location.pathname + location.search) state = (Math.imul(state, 31) + each.codePointAt(0)) | 0
    const draw = () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      return (state >>> 8) / 2 ** 24
    }
    const rest = ms => new Promise(resolve => setTimeout(resolve, ms))
    const { fetch, setInterval } = window
    window.setInterval = (work, ms, ...more) => setInterval(work, ms === 60_000 ? 2000 : ms, ...more)
    window.fetch = async (asked, ...more) => {
      const { pathname } = new URL(asked.url ?? asked, location.href)
      if (!/^\\/(api|rpc)\\//.test(pathname)) return fetch(asked, ...more)
      const ms = draw() < 1 / 8 ? 1000 + 3000 * draw() : 300 * draw()
      const isBefore = draw() < 0.4
      if (isBefore) await rest(ms)
      const answer = await fetch(asked, ...more)
      if (!isBefore) await rest(ms)
      return answer
    }
  }`)
  // Rooms, and what draws charts, are loaded when they are first needed.
  await context.route(/\/assets\/[^/]+\.js$/, async (route, request) => {
    const name = new URL(request.url()).pathname
    const late = ([...name].reduce((sum, each) => (sum * 31 + each.codePointAt(0)! + seed) % 65_521, seed) % 100) * 10
    await new Promise(resolve => setTimeout(resolve, late))
    await route.continue().catch(() => {})
  })
}
