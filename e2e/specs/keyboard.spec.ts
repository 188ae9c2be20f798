import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { samples, TestWorkspace } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** Moves the focus as a person does who has no mouse: Tab until it is there, Shift+Tab where that is nearer. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(target).toBeVisible()
  for (let presses = 0; presses < 150; presses += 1) {
    if (await target.evaluate(element => element === element.ownerDocument.activeElement)) return
    await page.keyboard.press(key)
  }
  throw new Error(`Tab does not reach ${target}`)
}

async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}

/** Ctrl-K, some letters, Enter. */
async function jump(page: Page, text: string, heading: string | RegExp): Promise<void> {
  await page.keyboard.press('Control+k')
  const search = page.getByRole('dialog').getByRole('textbox')
  await expect(search).toBeFocused()
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading)
}

test('the whole job by keyboard alone: import, train, register, deploy, watch, take away', async ({ page }) => {
  test.setTimeout(180_000)
  const workspace = await TestWorkspace.make()
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())

  await jump(page, 'Import', 'Data')
  await tabTo(page, page.getByLabel('Or the full path of a file on this machine'))
  await page.keyboard.type(join(samples, 'breast-cancer.csv'))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('combobox', { name: 'Target column' })).toHaveValue('diagnosis')
  await tabTo(page, page.getByRole('textbox', { name: 'Name' }))
  await page.keyboard.press('Control+a')
  await page.keyboard.type('cells')
  await press(page, page.getByRole('button', { name: 'Import and train' }))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Train')
  const runs = workbench.panel('Runs')
  await expect(runs.getByText('done')).toHaveCount(4, { timeout: 90_000 })

  await jump(page, 'cells', 'cells:1')
  const grid = page.getByRole('region', { name: 'Rows: table' })
  await tabTo(page, grid)
  await page.keyboard.press('End')
  await expect(grid.getByRole('rowheader').last()).toHaveText('569')

  await jump(page, 'linear', 'linear on cells')
  await tabTo(page, workbench.panel('Register as model').getByLabel('Alias'))
  await page.keyboard.type('champion')
  await page.keyboard.press('Enter')
  await press(page, page.getByRole('status').getByRole('link', { name: 'cells:1' }))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('cells')

  await jump(page, 'Deploy', 'Deploy')
  await tabTo(page, page.getByRole('textbox', { name: 'Name' }))
  await page.keyboard.type('by-hand')
  await page.keyboard.press('Enter')
  await press(page, page.getByRole('button', { name: 'Deploy', exact: true }))
  await press(page, page.getByRole('status').getByRole('link', { name: 'by-hand' }))
  await expect(page.getByText('1 of 1 ready')).toBeVisible({ timeout: 30_000 })
  await press(page, page.getByRole('button', { name: 'Watch it' }))
  await expect(page).toHaveURL(/monitor.by-hand/)

  // The browser's own key, which a headless one does not have.
  await page.goBack()
  await expect(page.getByText('1 of 1 ready')).toBeVisible()
  await tabTo(page, page.getByLabel('Type its name'))
  await page.keyboard.type('by-hand')
  await press(page, page.getByRole('button', { name: 'Take it away' }))
  await expect(page.getByText('Nothing is deployed')).toBeVisible({ timeout: 30_000 })
  expect(workbench.complaints).toEqual([])
  await workspace.close()
})
