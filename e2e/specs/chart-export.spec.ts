import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { openSampleProject } from '../pages/sample-workspace.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** Saves one form of the chart by keyboard alone and gives its name and bytes. */
async function saved(page: Page, form: string): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole('button', { name: /^Save Curves/ }).press('Enter')
  // The menu takes the focus when it has opened: a key pressed before that goes to the button.
  await expect(page.getByRole('menu').locator(':focus')).toBeAttached()
  const download = page.waitForEvent('download')
  const items = page.getByRole('menuitem')
  for (const item of await items.all()) {
    await page.keyboard.press('ArrowDown')
    await expect(item).toBeFocused()
    if ((await item.textContent()) === form) break
  }
  await expect(page.getByRole('menuitem', { name: form, exact: true })).toBeFocused()
  await page.keyboard.press('Enter')
  const file = await download
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
}

test('a chart is saved as drawing, picture and data', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const args = ['--target', 'diagnosis', '--algorithm', 'linear', '--seed', '1']
  const { run } = await workspace.json<Run>('train', 'cells', ...args)
  const { curves } = await workspace.json<Run & { curves: { key: string; steps: number[]; values: number[] }[] }>(
    'run',
    run,
  )
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit(`/train/${run}`)
  const chart = page.getByRole('img', { name: /^Curves: / })
  await expect(chart.locator('canvas')).toBeVisible()

  const svg = await saved(page, 'Drawing (SVG)')
  expect(svg.name).toMatch(/^Curves- .*\.svg$/)
  const drawing = svg.bytes.toString('utf8')
  expect(drawing).toMatch(/^<svg [\s\S]*<\/svg>$/)
  expect(drawing).toContain('>step<')
  expect(drawing).not.toContain('<script')
  const sheet = await page.context().newPage()
  await sheet.setContent(drawing)
  expect(await sheet.locator('svg path').count()).toBeGreaterThan(curves.length)
  await sheet.close()

  const png = await saved(page, 'Picture (PNG)')
  expect(png.name).toMatch(/\.png$/)
  expect(png.bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]))
  const box = await chart.boundingBox()
  expect(png.bytes.readUInt32BE(16)).toBeGreaterThan(2.9 * box!.width)

  const csv = await saved(page, 'Data drawn (CSV)')
  const [head, ...lines] = csv.bytes.toString('utf8').split('\r\n')
  expect(head).toBe('\u{FEFF}series,step,y')
  const points = curves.flatMap(({ key, steps, values }) => steps.map((step, i) => `${key},${step},${values[i]}`))
  expect(lines).toEqual([...points, ''])
  await workbench.isSound()
})

/** By address, a chart of each answer that the page draws: any of them may come last. */
const awaited: [address: RegExp, charts: RegExp[]][] = [
  [/^\/train\/./, [/^Curves:/]],
  [/^\/compare\?/, [/^Settings and metrics/, /^Two metrics/, /^Curve:/, /^ROC/]],
  [/^\/monitor\/./, [/^Drift, columns by time/, /^worst radius:/]],
]

test('every chart of every room is saved in the three forms', async ({ workspace, page }) => {
  const { workbench, addresses } = await openSampleProject(page, workspace)
  const seen = new Set<string>()
  for (const address of addresses) {
    await workbench.visit(address)
    const charts = page.locator('.chart-frame')
    // What a page draws comes from the engine after the page.
    for (const name of awaited.find(([of]) => of.test(address))?.[1] ?? [])
      await expect(page.getByRole('img', { name }).first()).toBeAttached()
    // A room of objects has its charts once the library is there.
    for (const chart of await charts.all()) await expect(chart.locator('button.export')).toBeVisible()
    for (const chart of await charts.all()) {
      const label = (await chart.getByRole('img').getAttribute('aria-label'))!
      seen.add(label.replace(/:.*/, ''))
      for (const [form, begins] of [
        ['Drawing (SVG)', '<svg '],
        ['Picture (PNG)', '\u{FFFD}PNG'],
        ['Data drawn (CSV)', '\u{FEFF}series,'],
      ] as const) {
        await chart.locator('button.export').click()
        const download = page.waitForEvent('download')
        await page.getByRole('menuitem', { name: form, exact: true }).click()
        const text = await readFile(await (await download).path(), 'utf8')
        expect.soft(text.slice(0, begins.length), `${address}: ${label}, ${form}`).toBe(begins)
        if (form === 'Data drawn (CSV)') expect.soft(text.trim().split('\r\n').length, label).toBeGreaterThan(1)
        await expect(page.getByRole('menu')).toHaveCount(0)
      }
    }
  }
  expect([...seen]).toEqual(expect.arrayContaining(['ROC', 'Curve', 'Drift, columns by time']))
  await workbench.isSound()
})
