import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { beyondTheWindow, openSampleProject } from '../pages/sample-workspace.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

async function keep(page: Page, name: string, address: string): Promise<void> {
  if (!pictures) return
  await page.screenshot({ path: join(pictures, `${name}${address.replace(/[/?=,:]+/g, '-').slice(0, 40)}.png`) })
}

test('every room in high contrast, in forced colours, and at 200 % zoom', async ({ workspace, page, browser }) => {
  const { workbench, addresses } = await openSampleProject(page, workspace)
  for (const address of addresses) {
    await test.step(address, async () => {
      await workbench.visit(address)
      await workbench.look({ contrast: 'more', colorScheme: 'dark' })
      expect.soft(await workbench.violations(), address).toEqual([])
      await keep(page, 'contrast-dark', address)
      await workbench.look({ contrast: 'more', colorScheme: 'light' })
      expect.soft(await workbench.violations(), address).toEqual([])
      await keep(page, 'contrast-light', address)
      await workbench.look({ contrast: null, forcedColors: 'active', colorScheme: 'dark' })
      expect.soft(await workbench.violations(), address).toEqual([])
      await keep(page, 'forced', address)
      await page.emulateMedia({ contrast: null, forcedColors: null, colorScheme: null })
    })
  }

  // A window of 1440 × 900 at 200 % has 720 × 450 of its own pixels.
  const zoomed = await browser.newContext({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 })
  const small = await zoomed.newPage()
  const narrow = new WorkbenchPage(small)
  await narrow.open(await workspace.url())
  for (const address of addresses) {
    await test.step(`200 %: ${address}`, async () => {
      await narrow.visit(address)
      expect.soft(await beyondTheWindow(small), address).toEqual([])
      await keep(small, 'zoom', address)
    })
  }
  // The rail and the switch are in sight, and rooms change by it.
  await expect(narrow.rooms).not.toHaveCount(0)
  for (const link of await narrow.rooms.all()) await expect(link).toBeInViewport()
  await narrow.enter('Models')
  await small.getByRole('button', { name: 'May connect out', exact: true }).click()
  await expect(small.getByRole('dialog', { name: 'Connections' }).getByRole('switch')).toBeInViewport()
  await narrow.isSound()
  expect([...workbench.complaints, ...narrow.complaints]).toEqual([])
  await zoomed.close()
})
