import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** Moves the focus as a person does who has no mouse: Tab until it is there, Shift+Tab where that is nearer. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  // What is not ready yet is passed over.
  await expect(target).toBeEnabled()
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

test('the whole job by keyboard alone: import, train, register, deploy, watch, take away', async ({
  workspace,
  page,
}) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  const jump = async (letters: string, label: string, heading: string) => {
    await workbench.jump(letters, label)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading)
  }

  // It leads to the panel's first control, from within a field as from anywhere.
  const first = page.getByRole('button', { name: 'Choose a file', exact: true })
  await jump('Import', 'Import a file', 'Data')
  await expect(first).toBeFocused()
  await tabTo(page, page.getByLabel('Or the full path of a file on this machine'))
  await jump('Import', 'Import a file', 'Data')
  await expect(first).toBeFocused()
  await tabTo(page, page.getByLabel('Or the full path of a file on this machine'))
  await page.keyboard.type(join(samples, 'breast-cancer.csv'))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('combobox', { name: 'Target column' })).toHaveValue('diagnosis')
  await tabTo(page, page.getByRole('textbox', { name: 'Name', exact: true }))
  await page.keyboard.press('Control+a')
  await page.keyboard.type('cells')
  await press(page, page.getByRole('button', { name: 'Import and train', exact: true }))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Train')
  const runs = workbench.panel('Runs')
  await expect(runs.getByRole('cell', { name: 'done', exact: true })).toHaveCount(4, { timeout: 180_000 })

  await jump('cells', 'cells', 'cells:1')
  const grid = page.getByRole('region', { name: 'Rows: table', exact: true })
  await tabTo(page, grid)
  await page.keyboard.press('End')
  await expect(grid.getByRole('rowheader').last()).toHaveText('569')

  await jump('linear', 'linear on cells', 'linear on cells')
  await tabTo(page, workbench.panel('Register as model').getByRole('textbox', { name: 'Alias' }))
  await page.keyboard.type('champion')
  await page.keyboard.press('Enter')
  await press(page, page.getByRole('status').getByRole('link', { name: 'cells:1', exact: true }))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('cells')

  await jump('Deploy', 'Deploy', 'Deploy')
  await tabTo(page, page.getByRole('textbox', { name: 'Name', exact: true }))
  await page.keyboard.type('by-hand')
  await page.keyboard.press('Enter')
  await press(page, page.getByRole('button', { name: 'Deploy', exact: true }))
  await press(page, page.getByRole('status').getByRole('link', { name: 'by-hand', exact: true }))
  const ready = workbench.panel('Replicas').getByText('1 of 1 ready', { exact: true })
  await expect(ready).toBeVisible()
  await press(page, page.getByRole('button', { name: 'Watch it', exact: true }))
  await expect(page).toHaveURL(/\/monitor\/by-hand$/)

  // The browser's own key, which a headless one does not have.
  await page.goBack()
  await expect(ready).toBeVisible()
  await tabTo(page, page.getByLabel('Type its name'))
  await page.keyboard.type('by-hand')
  await press(page, page.getByRole('button', { name: 'Take it away', exact: true }))
  const empty = workbench.panel('Deployments').getByText('Nothing is deployed: choose a model and a target above.')
  await expect(empty).toBeVisible()
  expect(workbench.complaints).toEqual([])
})
