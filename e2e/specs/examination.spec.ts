import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'
import { withWeakSlice } from '../weak-slice.ts'

const pictures = process.env.LATHE_PICTURES

test('of a network small steps that hurt are drawn', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  const trained = ['train', 'cells', '--target', 'diagnosis', '--algorithm', 'neural-network', '--device', 'cpu']
  const { run } = await workspace.json<Run>(...trained)
  await workspace.json('examine', run)
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit(`/train/${run}`)
  const panel = workbench.panel('Where it fails')
  const chart = panel.getByRole('img', { name: 'AUC by the size of steps along the gradient', exact: true })
  await expect(chart).toBeVisible()
  await chart.scrollIntoViewIfNeeded()
  await workbench.isSoundEverywhere('adversary', pictures)
})

test('a run is examined on a click: its weak slice opens the rows, groups and mishaps are there, and still are after a reload', async ({
  workspace,
  page,
}) => {
  const file = join(workspace.folder, 'people.csv')
  await writeFile(file, withWeakSlice())
  await workspace.json('import', file, '--name', 'people')
  const trained = ['train', 'people', '--target', 'bought', '--algorithm', 'gradient-boosting']
  await workspace.json(...trained)
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  await page.getByRole('link', { name: 'gradient-boosting on people', exact: true }).click()
  const panel = workbench.panel('Where it fails')
  await panel.getByRole('button', { name: 'Examine', exact: true }).click()
  const slices = panel.getByRole('region', { name: 'Weak slices: table' })
  await expect(slices.getByRole('link').first()).toBeVisible()
  await expect(slices.getByRole('link', { name: 'town = Linz' }).first()).toBeVisible()
  await expect(panel.getByRole('region', { name: 'By town: table' }).getByRole('row')).toHaveCount(4)
  await expect(panel.getByRole('img', { name: 'AUC by noise on all numbers', exact: true })).toBeVisible()
  await expect(panel.getByRole('region', { name: 'Rows that it gets most wrong: table' }).getByRole('row')).toHaveCount(
    21,
  )
  // What is pinned is reported by the next examination, and let go of again.
  const linz = slices.getByRole('button', { name: /^Pin town = Linz.* as a check$/ }).first()
  await linz.click()
  await expect(linz).toHaveText('Pinned')
  await panel.getByRole('button', { name: 'Examine again', exact: true }).click()
  const checks = panel.getByRole('region', { name: 'Checks: table' })
  await expect(checks.getByRole('row', { name: /town = Linz.*(held|broken|not sure)/ })).toHaveCount(1, {
    timeout: 180_000,
  })
  await workbench.isSoundEverywhere('examination', pictures)
  await checks.getByRole('button', { name: /^Unpin town = Linz/ }).click()
  await expect(checks).toHaveCount(0)
  const pinned = async () => (await workspace.json<{ checks: { most: number; run: string }[] }>('checks')).checks
  expect(await pinned()).toEqual([])
  await panel.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(checks.getByRole('row', { name: /town = Linz/ })).toHaveCount(1)
  expect(await pinned()).toHaveLength(1)
  await checks.getByRole('button', { name: /^Unpin town = Linz/ }).click()
  await expect(checks).toHaveCount(0)
  await expect.poll(async () => (await workspace.json<{ checks: unknown[] }>('checks')).checks).toEqual([])
  await page.reload()
  await expect(panel.getByRole('button', { name: 'Examine again', exact: true })).toBeEnabled()
  await slices.getByRole('link', { name: 'town = Linz' }).first().click()
  await expect(page).toHaveURL(/\/data\/people\?version=1&where=/)
  // A row that it gets wrong stands in the data beside those that it is most like, and can be seen among all again.
  await page.goBack()
  const worst = panel.getByRole('region', { name: 'Rows that it gets most wrong: table' })
  const row = worst.getByRole('row').nth(1)
  const place = await row.getByRole('link').first().textContent()
  const likeIt = await row.getByRole('link').nth(1).textContent()
  await row.getByRole('link').first().click()
  const grid = page.getByRole('region', { name: 'Rows: table', exact: true })
  await expect(grid).toBeInViewport()
  await expect(grid.getByRole('rowheader', { name: place!, exact: true })).toBeVisible()
  await expect(grid.getByRole('rowheader', { name: likeIt!, exact: true })).toBeVisible()
  await expect(grid.locator('tr.chosen').getByRole('rowheader')).toHaveText(place!)
  await workbench.isSoundEverywhere('worst-row', pictures)
  await page.getByRole('button', { name: /^Take off rows / }).click()
  await expect(workbench.panel('Rows').getByRole('status')).toHaveText('3,000')
  expect(workbench.complaints).toEqual([])
})
