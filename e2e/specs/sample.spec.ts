import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

test('a training on a sample of the rows says so beside its score, and offers all of them', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const sampled = ['train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear', '--sample', '300']
  const run = await workspace.json<Run>(...sampled)
  expect(run.rows).toEqual({ train: 180, validation: 60, test: 60 })
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  const runs = workbench.panel('Runs')
  await expect(runs.getByText('cells:1, diagnosis, 300 rows drawn', { exact: true })).toBeVisible()
  await runs.getByRole('link', { name: 'linear on cells', exact: true }).click()
  const warnings = workbench.panel('Warnings')
  await expect(warnings.getByText('by 300 rows, drawn from all 569 by its seed')).toBeVisible()
  await workbench.isSoundEverywhere('sample-run', pictures)
  await warnings.getByRole('button', { name: 'Train on all rows', exact: true }).click()
  await expect(page).not.toHaveURL(new RegExp(run.run))
  const [again] = (await workspace.json<{ runs: Run[] }>('runs')).runs
  expect(again).toMatchObject({ algorithm: 'linear', sampleRows: null })
  expect(again!.run).not.toBe(run.run)
  await page.goBack()
  // The run on all rows offers the same.
  await expect(warnings.getByText('by 300 rows, drawn from all 569 by its seed')).toBeVisible()
  await page.getByRole('link', { name: 'Retrain from here', exact: true }).click()
  const rows = workbench.panel('New training').getByRole('textbox', { name: 'Rows', exact: true })
  await expect(rows).toHaveValue('300')
  expect(workbench.complaints).toEqual([])
})
