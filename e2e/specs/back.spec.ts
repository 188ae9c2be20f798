import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

test('Back and Forward find a dataset, its column, its rows and the page as they were left', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await page.setViewportSize({ width: 1024, height: 600 })
  // Opened cold, as from a link in a mail.
  await workbench.visit('/data/cells?version=1')
  const scrolled = () => page.locator('main').evaluate(main => main.scrollTop)
  await workbench.panel('Columns').getByRole('button', { name: 'mean texture', exact: true }).click()
  const column = page.getByRole('heading', { level: 2, name: 'mean texture' })
  await expect(column).toBeVisible()
  await page.goBack()
  await expect(column).toHaveCount(0)
  await expect(page).toHaveURL(/\/data\/cells\?version=1$/)
  await page.goForward()
  await expect(column).toBeVisible()

  const grid = page.getByRole('region', { name: 'Rows: table', exact: true })
  await expect(grid.getByRole('rowheader').first()).toHaveText('1')
  // As the wheel does, it ends a coming back that may still go on.
  await page.keyboard.press('Escape')
  await grid.evaluate(box => box.scrollTo(300, 4000))
  await page.locator('main').evaluate(main => main.scrollTo(0, 350))
  const firstRow = grid.getByRole('rowheader').first()
  await expect(firstRow).toHaveText(/^1\d\d$/)
  const row = await firstRow.textContent()
  expect(await scrolled()).toBe(350)
  await workbench.enter('Models')
  expect(await scrolled()).toBe(0)
  await page.goBack()
  await expect(firstRow).toHaveText(row!)
  await expect.poll(() => grid.evaluate(box => [box.scrollTop, box.scrollLeft])).toEqual([4000, 300])
  await expect.poll(scrolled).toBe(350)
  // So does a page that is loaded anew, however late the engine says what is in it, and its Back still knows what lies behind.
  await page.route(/\/datasets\/get$/, async route => {
    await new Promise(resolve => setTimeout(resolve, 3500))
    await route.continue()
  })
  await page.reload()
  await expect(firstRow).toHaveText(row!)
  await page.unrouteAll()
  await expect.poll(() => grid.evaluate(box => [box.scrollTop, box.scrollLeft])).toEqual([4000, 300])
  await expect.poll(scrolled).toBe(350)
  await page.goForward()
  await page.reload()
  await page.goBack()
  await expect(firstRow).toHaveText(row!)
  await expect.poll(scrolled).toBe(350)
  // An address that is gone to begins at its top.
  await workbench.visit('/data/cells?version=1')
  await expect(grid.getByRole('rowheader').first()).toHaveText('1')
  expect(await scrolled()).toBe(0)
  await page.goBack()
  await expect(firstRow).toHaveText(row!)
  // What a person does meanwhile counts more.
  await page.goForward()
  await page.goBack()
  // A key that comes before the page does says nothing about it.
  await expect.poll(scrolled, { intervals: [20] }).toBe(350)
  await page.keyboard.press('Escape')
  await page.locator('main').evaluate(main => main.scrollTo(0, 0))
  await page.waitForTimeout(700)
  expect(await scrolled()).toBe(0)
  expect(workbench.complaints).toEqual([])
})

test('Back finds the table of runs as it was left: its filter, its order, and what was chosen', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const train = (algorithm: string, name: string) =>
    workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', algorithm, '--name', name)
  const { run } = await train('linear', 'line')
  await train('decision-tree', 'tree')
  await train('baseline', 'base')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit(`/compare?runs=${run}`)
  const runs = page.getByRole('region', { name: 'Runs: table' })
  const filter = page.getByRole('textbox', { name: 'Filter', exact: true })
  await filter.fill("algorithm != 'linear'")
  await filter.press('Enter')
  await runs.getByRole('button', { name: 'AUC', exact: true }).click()
  const rows = runs.getByRole('row').filter({ has: page.getByRole('checkbox') })
  const names = rows.getByRole('link')
  await expect(names).toHaveText(['tree', 'base'])
  await names.last().click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('base')
  await page.goBack()
  await expect(names).toHaveText(['tree', 'base'])
  await expect(filter).toHaveValue("algorithm != 'linear'")
  expect(new URL(page.url()).searchParams.get('runs')).toBe(run)
  await page.goForward()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('base')
  expect(workbench.complaints).toEqual([])
})
