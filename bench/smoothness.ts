import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { samples, TestWorkspace } from '../e2e/lathe.ts'
import { multiplyRuns } from '../e2e/many-runs.ts'
import { generator } from './tools/mulberry.ts'

/**
 * `npm run bench smoothness [RUNS] [ROWS]`: how the window feels in headless Chromium under load. Frames while the table of RUNS runs (10,000)
 * in Compare is scrolled from end to end, as 95th percentile of milliseconds from one to the next; and how long a key waits until what it did is
 * painted, at most and as 95th percentile, at rest, while a file of ROWS rows (1,000,000) is imported, and while all algorithms train on it.
 */
const [runs, rows] = [Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 1_000_000)]
const bars = { frameMs: 33, inputMs: 100 }
const executablePath = process.env.CHROMIUM_PATH
if (!executablePath) throw new Error('There is no browser here: set CHROMIUM_PATH')

const quantile = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!

async function writeFile(path: string): Promise<void> {
  const random = generator(2)
  const file = createWriteStream(path)
  file.write(`${Array.from({ length: 12 }, (_, k) => `x${k}`)},kind,bought\n`)
  for (let row = 0; row < rows; row += 1) {
    const values = Array.from({ length: 12 }, () => random() * 2 - 1)
    const bought = values[0]! * values[1]! + values[2]! + random() > 0.5
    const line = `${values.map(value => value.toFixed(4))},k${Math.floor(random() * 9)},${bought ? 'yes' : 'no'}\n`
    if (!file.write(line)) await once(file, 'drain')
  }
  await new Promise<void>(resolve => file.end(() => resolve()))
}

/** Milliseconds between frames while the table is turned by its wheel. */
async function scroll(page: Page): Promise<number[]> {
  const table = page.getByRole('region', { name: 'Runs: table' })
  const box = (await table.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.evaluate(`
    var frames = []
    let last = performance.now()
    requestAnimationFrame(function next(now) {
      frames.push(now - last)
      last = now
      requestAnimationFrame(next)
    })
  `)
  for (const step of [120, 1200, 12_000, -6000]) {
    for (let i = 0; i < 40; i += 1) await page.mouse.wheel(0, step)
  }
  await page.waitForTimeout(300)
  return page.evaluate<number[]>('frames.slice(1)')
}

/** Milliseconds from a key to the paint of what it did, one key every tenth of a second, until `until` has come. */
async function type(page: Page, until: Promise<unknown>): Promise<number[]> {
  // From the event's own time, so that what it waits for before it is handled counts too.
  await page.evaluate(`
    var delays = []
    window.onkeydown = event =>
      requestAnimationFrame(() => setTimeout(() => delays.push(performance.now() - event.timeStamp)))
  `)
  let isOver = false
  until.then(
    () => {
      isOver = true
    },
    () => {
      isOver = true
    },
  )
  const field = page.getByRole('textbox', { name: 'Filter' }).first()
  await field.focus()
  for (let i = 0; !isOver || i < 30; i += 1) {
    await page.keyboard.press(i % 2 ? 'Backspace' : 'a')
    await page.waitForTimeout(100)
  }
  return page.evaluate<number[]>('delays')
}

const workspace = await TestWorkspace.make()
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  await workspace.json('import', `${samples}/breast-cancer.csv`, '--name', 'cells', '--target', 'diagnosis')
  await workspace.json('train', 'cells', '--target', 'diagnosis')
  await workspace.run(['stop'])
  multiplyRuns(workspace.folder, runs)
  const url = await workspace.url()
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  await page.goto(url)
  await page.getByText('engine connected').waitFor()
  const asked = performance.now()
  await page.goto(new URL('/compare', url).href)
  await page.getByRole('region', { name: 'Runs: table' }).getByRole('row').nth(10).waitFor()
  const shownMs = performance.now() - asked
  const frames = await scroll(page)
  console.log(`${runs} runs shown after ${shownMs.toFixed(0)} ms`)
  const line = (what: string, values: number[], bar: number) =>
    console.log(
      `${what.padEnd(40)} p95 ${quantile(values, 0.95).toFixed(1).padStart(7)} ms, most ${Math.max(...values)
        .toFixed(1)
        .padStart(7)} ms of ${values.length}, bar ${bar} ms`,
    )
  line('frame to frame, scrolling', frames, bars.frameMs)

  line('key to paint, at rest', await type(page, page.waitForTimeout(3000)), bars.inputMs)
  const file = join(workspace.folder, 'large.csv')
  await writeFile(file)
  const importing = workspace.json('import', file, '--name', 'large', '--target', 'bought')
  line('key to paint, during an import', await type(page, importing), bars.inputMs)
  const training = workspace.json('train', 'large', '--target', 'bought')
  line('key to paint, during four trainings', await type(page, training), bars.inputMs)
  await Promise.all([importing, training])
} finally {
  await browser.close()
  await workspace.close()
}
