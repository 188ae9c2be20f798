import { gzipSync } from 'node:zlib'
import { chromium, type Page } from '@playwright/test'
import { samples, TestWorkspace } from '../e2e/lathe.ts'

/**
 * `npm run bench window`: the page in headless Chromium, on a workspace with one dataset and a training over all algorithms. For each room:
 * milliseconds from the address to the first paint with content (median), kilobytes of its first download under gzip, and the share
 * of a core that the page takes while nobody touches it. The bars stand above the numbers.
 */
const paints = 5
const restSeconds = 10
const bars = { paintMs: 1000, downloadKb: 1500, corePercent: 1 }

const executablePath = process.env.CHROMIUM_PATH
if (!executablePath) throw new Error('There is no browser here: set CHROMIUM_PATH')
const workspace = await TestWorkspace.make()
await workspace.json('import', `${samples}/breast-cancer.csv`, '--name', 'cells', '--target', 'diagnosis')
await workspace.json('train', 'cells', '--target', 'diagnosis')
const { origin } = new URL(await workspace.url())
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })

/** A page of its own cache, let in by a ticket of its own. */
async function fresh(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto(await workspace.url())
  await page.getByText('engine connected').waitFor()
  return page
}

async function firstPaint(address: string): Promise<{ paintMs: number; downloadKb: number }> {
  const entry = await fresh()
  const storageState = await entry.context().storageState()
  await entry.context().close()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, storageState })
  const page = await context.newPage()
  await page.goto(address)
  await page.getByText('engine connected').waitFor()
  await page.waitForTimeout(1000)
  const paintMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
  )
  const files = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  let downloadKb = 0
  for (const file of [address, ...files.filter(name => !new URL(name).pathname.startsWith('/api'))])
    downloadKb += gzipSync(await (await context.request.get(file)).body()).length / 1000
  await context.close()
  return { paintMs, downloadKb }
}

/** Share of a core that all of the page's own work takes at rest, by the browser's count. */
async function coreAtRest(address: string): Promise<number> {
  const page = await fresh()
  await page.goto(address)
  await page.waitForTimeout(3000)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')!.value
  }
  const before = await busy()
  await page.waitForTimeout(restSeconds * 1000)
  const percent = (((await busy()) - before) / restSeconds) * 100
  await page.context().close()
  return percent
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!
const entry = await fresh()
const paths = await entry
  .getByRole('navigation', { name: 'Rooms' })
  .getByRole('link')
  .evaluateAll(links => links.map(link => link.getAttribute('href') ?? ''))
await entry.context().close()
console.log(`${'room'.padEnd(14)} ${'first paint'.padStart(14)} ${'download'.padStart(14)} ${'at rest'.padStart(14)}`)
const row = (name: string, paintMs: number, downloadKb: number, corePercent: number) =>
  console.log(
    `${name.padEnd(14)} ${`${paintMs.toFixed(0)} ms`.padStart(14)} ${`${downloadKb.toFixed(0)} kB`.padStart(14)} ${`${corePercent.toFixed(2)} %`.padStart(14)}`,
  )
row('bar', bars.paintMs, bars.downloadKb, bars.corePercent)
for (const path of paths) {
  const room = new URL(path, origin).href
  const measured: { paintMs: number; downloadKb: number }[] = []
  for (let i = 0; i < paints; i += 1) measured.push(await firstPaint(room))
  row(
    path.slice(1),
    median(measured.map(({ paintMs }) => paintMs)),
    Math.max(...measured.map(({ downloadKb }) => downloadKb)),
    await coreAtRest(room),
  )
}
await browser.close()
await workspace.close()
