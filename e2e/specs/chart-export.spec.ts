import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** Saves one form of the chart by keyboard alone and gives its name and bytes. */
async function saved(page: Page, downs: number): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole('button', { name: /^Save Curves/ }).focus()
  await page.keyboard.press('Enter')
  const download = page.waitForEvent('download')
  const items = page.getByRole('menuitem')
  for (let i = 0; i < downs; i += 1) {
    // The menu takes the focus when it has opened: a key pressed before that goes to the button.
    await expect(items.nth(i)).toBeVisible()
    await expect(async () => {
      await page.keyboard.press('ArrowDown')
      await expect(items.nth(i)).toBeFocused({ timeout: 500 })
    }).toPass()
  }
  await page.keyboard.press('Enter')
  const file = await download
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
}

test('a chart is saved as drawing, picture and data', async ({ page }) => {
  const workspace = await TestWorkspace.make()
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const args = ['--target', 'diagnosis', '--algorithm', 'linear', '--seed', '1']
  const { run } = await workspace.json<Run>('train', 'cells', ...args)
  const { curves } = await workspace.json<Run & { curves: { key: string; steps: number[]; values: number[] }[] }>(
    'run',
    run,
  )
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await page.goto(new URL(`/train/${run}`, page.url()).href)
  await expect(page.locator('.chart canvas').first()).toBeVisible()

  const svg = await saved(page, 1)
  expect(svg.name).toMatch(/^Curves- .*\.svg$/)
  const drawing = svg.bytes.toString('utf8')
  expect(drawing).toMatch(/^<svg [\s\S]*<\/svg>$/)
  expect(drawing).toContain('>step<')
  expect(drawing).not.toContain('<script')
  const sheet = await page.context().newPage()
  await sheet.setContent(drawing)
  expect(await sheet.locator('svg path').count()).toBeGreaterThan(curves.length)
  await sheet.close()

  const png = await saved(page, 2)
  expect(png.name).toMatch(/\.png$/)
  expect(png.bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]))
  const box = await page.locator('.chart').first().boundingBox()
  expect(png.bytes.readUInt32BE(16)).toBeGreaterThan(2.9 * box!.width)

  const csv = await saved(page, 3)
  const [head, ...lines] = csv.bytes.toString('utf8').split('\r\n')
  expect(head).toBe('\u{FEFF}series,step,y')
  const points = curves.flatMap(({ key, steps, values }) => steps.map((step, i) => `${key},${step},${values[i]}`))
  expect(lines).toEqual([...points, ''])
  await workbench.isSound()
  await workspace.close()
})
