import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

test('a run is explained on a click, and still is after a reload', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  const trained = ['train', 'cells', '--target', 'diagnosis', '--algorithm', 'gradient-boosting']
  const { run } = await workspace.json<Run>(...trained)
  const workbench = new WorkbenchPage(page)
  const url = await workspace.url()
  await workbench.open(url)
  await workbench.enter('Train')
  await page.getByRole('link', { name: 'gradient-boosting on cells', exact: true }).click()
  const panel = workbench.panel('What it goes by')
  // On the CPU unless another device is named; those that are not here cannot be.
  const device = panel.getByRole('combobox', { name: 'Device', exact: true })
  await expect(device).toHaveValue(/^cpu: /)
  await device.click()
  await expect(page.getByRole('option', { name: /^dml: not here, / })).toHaveAttribute('data-combobox-disabled', 'true')
  await page.keyboard.press('Escape')
  await panel.getByRole('button', { name: 'Explain', exact: true }).click()
  await expect(panel.getByText('On 113 test rows, each column shuffled 5 times, on cpu', { exact: true })).toBeVisible()
  const table = panel.getByRole('region', { name: 'Importance: table' })
  await expect(table.getByRole('row')).not.toHaveCount(1)
  // The most important group is chosen; each of its columns has its chart.
  const first = table.getByRole('row').nth(1).getByRole('button')
  await expect(first).toHaveAttribute('aria-pressed', 'true')
  await expect(first).toContainText('mean radius')
  await expect(panel.getByRole('img', { name: 'malignant by mean radius', exact: true })).toBeVisible()
  const texture = table.getByRole('button', { name: 'worst texture', exact: true })
  await texture.press('Enter')
  await expect(texture).toHaveAttribute('aria-pressed', 'true')
  await expect(panel.getByRole('img', { name: 'malignant by worst texture', exact: true })).toBeVisible()
  // What each column adds to the answers, and to one of them; the row is chosen by its place.
  await expect(
    panel.getByRole('img', { name: 'What each column adds to malignant, a dot a row', exact: true }),
  ).toBeVisible()
  const one = panel.getByRole('region', { name: /^Row \d+ of the dataset$/ })
  const before = await one.getByRole('heading').textContent()
  await panel.getByRole('textbox', { name: 'Row', exact: true }).fill('7')
  await expect(one.getByRole('heading')).not.toHaveText(before!)
  await expect(one.getByRole('listitem')).toHaveCount(10)
  await workbench.isSoundEverywhere('explanation', pictures)
  // What matters too little was not looked at further, and that is said.
  await table.getByRole('row').last().getByRole('button').click()
  await expect(panel.getByText('How the answer follows this column was not worked out', { exact: false })).toBeVisible()
  await page.reload()
  await expect(panel.getByText('On 113 test rows, each column shuffled 5 times, on cpu', { exact: true })).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Explain again', exact: true })).toBeEnabled()
  expect((await workspace.json<{ jobs: { kind: string; subject: unknown }[] }>('jobs')).jobs[0]).toMatchObject({
    kind: 'explain',
    subject: { kind: 'run', id: run },
  })
  expect(workbench.complaints).toEqual([])
})
