import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-forecast-'))
})
test.afterAll(() => rm(folder, { recursive: true, force: true }))

/** Two shops over 300 days: a week's rhythm, a rise, and a little that nobody foretells. */
function sales(): string {
  const lines = Array.from({ length: 600 }, (_, i) => {
    const [shop, day] = [i % 2, Math.floor(i / 2)]
    const amount =
      100 + 60 * shop + day * 0.1 + [0, 2, 4, 6, 8, 20, 16][(day + 3 * shop) % 7]! + ((i * 7919) % 101) / 50
    const promotion = Number((day * 31) % 11 === 0)
    const told = (amount + 15 * promotion).toFixed(2)
    return `${new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10)},${shop ? 'south' : 'north'},${promotion},${told}`
  })
  return ['day,shop,promotion,amount', ...lines].join('\n')
}

test('a forecast: asked for in the form, drawn over what was, beside the value of one season before', async ({
  workspace,
  page,
}) => {
  const file = join(folder, 'sales.csv')
  await writeFile(file, sales())
  await workspace.json('import', file, '--name', 'sales', '--target', 'amount')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  const form = workbench.panel('New training')
  await form.getByRole('checkbox', { name: 'Forecast', exact: true }).check()
  await expect(form.getByRole('combobox', { name: 'Time', exact: true })).toHaveValue('day')
  for (const name of ['Gradient boosting', 'Neural network']) {
    await form.getByRole('checkbox', { name, exact: true }).uncheck()
  }

  const action = form.getByRole('button', { name: 'Train 2 algorithms', exact: true })
  await action.click()
  const runs = workbench.panel('Runs')
  await expect(runs.getByText('failed', { exact: true })).toHaveCount(2, { timeout: 180_000 })
  await runs.getByRole('link', { name: 'linear on sales', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('Rows 1 and 2 are both of 2025-01-01')

  await page.getByRole('link', { name: 'Retrain from here', exact: true }).click()
  await expect(form.getByRole('checkbox', { name: 'Forecast', exact: true })).toBeChecked()
  await form.getByRole('combobox', { name: 'Series', exact: true }).click()
  await page.getByRole('option', { name: 'shop', exact: true }).click()
  await form.getByRole('combobox', { name: 'Known in advance', exact: true }).click()
  await page.getByRole('option', { name: 'promotion', exact: true }).click()
  await page.keyboard.press('Escape')
  await expect(form.getByRole('button', { name: /^Find the best/ })).toBeEnabled()
  await form.getByRole('checkbox', { name: 'Baseline', exact: true }).check()
  await action.click()
  await expect(runs.getByText('done', { exact: true })).toHaveCount(2, { timeout: 180_000 })
  await runs.getByRole('link', { name: 'linear on sales', exact: true }).first().click()
  const next = workbench.panel('What comes next')
  await expect(
    next.getByText('Steps of 1 day, a season of 7 steps, from the last 14 values.', { exact: true }),
  ).toBeVisible()
  await expect(next.getByRole('cell', { name: '2025-10-28', exact: true })).toBeVisible()
  await next.getByRole('combobox', { name: 'Series', exact: true }).selectOption('south')
  await expect(next.getByRole('img', { name: 'Forecast of amount: south', exact: true })).toBeVisible()
  const goesBy = workbench.panel('What it goes by')
  await goesBy.getByRole('button', { name: 'Explain', exact: true }).click()
  await expect(goesBy.getByRole('button', { name: 'amount[-1] … amount[-14] (14)', exact: true })).toBeVisible({
    timeout: 180_000,
  })
  const fails = workbench.panel('Where it fails')
  await fails.getByRole('button', { name: 'Examine', exact: true }).click()
  await expect(fails.getByRole('heading', { name: 'Worst windows', exact: true })).toBeVisible({ timeout: 180_000 })
  await expect(fails.getByRole('heading', { name: 'By weekday of day', exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('forecast', pictures)
  expect(workbench.complaints).toEqual([])
})
