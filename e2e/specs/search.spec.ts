import { join } from 'node:path'
import type { Search } from '../../shared/model/search.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

test('one button finds the best within its minutes, shows how it goes, and leaves models that can be compared', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  const form = workbench.panel('New training')
  await form.getByRole('textbox', { name: 'Minutes', exact: true }).fill('0.4')
  await form.getByRole('button', { name: 'Find the best in 0.4 minutes', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Search for diagnosis')
  const trials = page.getByRole('region', { name: 'Trials: table', exact: true })
  await expect(trials.getByRole('row').nth(3)).toBeVisible()
  await expect(page.getByRole('img', { name: 'Course of the search', exact: true })).toBeVisible()

  const found = workbench.panel('What was found')
  await expect(found.getByText('On the test rows, which no trial saw', { exact: false })).toBeVisible({
    timeout: 150_000,
  })
  const models = page.getByRole('region', { name: 'Models that it left: table', exact: true })
  await expect(models.getByRole('row').nth(1)).toContainText('baseline')
  await expect(models.getByRole('row').nth(2)).toContainText('the best, chosen on validation')
  // The best is explained and examined without being asked for, and the threshold is one click away.
  const goesBy = workbench.panel('What it goes by')
  await expect(goesBy.getByRole('region', { name: 'Importance: table' }).getByRole('row').nth(1)).toBeVisible({
    timeout: 120_000,
  })
  const fails = workbench.panel('Where it fails')
  await expect(fails.getByRole('heading', { name: 'Weak slices', exact: true })).toBeVisible({ timeout: 120_000 })
  await workbench.isSoundEverywhere('search', pictures)
  await workbench
    .panel('The best of them')
    .getByRole('link', { name: 'Threshold and what errors cost', exact: true })
    .click()
  await expect(page.getByRole('slider', { name: 'Threshold' })).toBeVisible()
  await page.goBack()
  await page.getByRole('link', { name: 'Compare what was found', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Compare')
  await page.goBack()
  await page.getByRole('link', { name: 'All runs', exact: true }).click()
  const searches = page.getByRole('region', { name: 'Searches: table', exact: true })
  await expect(searches.getByRole('link', { name: 'Search for diagnosis', exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('train-with-search', pictures)
})

test('a search that runs is stopped with its best, or cancelled', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  for (const isKept of [true, false]) {
    await workbench.enter('Train')
    // So few rows are validated in folds unless it is said that they are not.
    await page.getByRole('textbox', { name: 'Folds', exact: true }).fill('0')
    await page.getByRole('button', { name: 'Find the best in 10 minutes', exact: true }).click()
    const trials = page.getByRole('region', { name: 'Trials: table', exact: true })
    await expect(trials.getByText('done', { exact: true }).nth(2)).toBeVisible({ timeout: 180_000 })
    if (isKept) await workbench.isSoundEverywhere('search-running', pictures)
    const button = (name: string) => page.getByRole('main').getByRole('button', { name, exact: true })
    if (isKept) await button('Stop Search for the best on cells:1 and keep the best').click()
    else await workbench.cancel(button('Cancel Search for the best on cells:1'))
    const found = workbench.panel('What was found').getByText('It was stopped by hand.', { exact: false })
    if (isKept) {
      await expect(found).toBeVisible({ timeout: 180_000 })
      await expect(
        workbench.panel('What was found').getByText('on the validation rows', { exact: false }),
      ).toBeVisible()
    } else await expect(page.getByRole('main').getByText('cancelled', { exact: true }).first()).toBeVisible()
  }
  const searches = async () => (await workspace.json<{ searches: Search[] }>('searches')).searches
  await expect.poll(async () => (await searches()).map(({ status }) => status)).toEqual(['cancelled', 'done'])
  expect((await searches())[0]!.runs).toEqual([])
  expect(workbench.complaints).toEqual([])
})
