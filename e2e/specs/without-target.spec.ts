import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

test('without a target: what is unlike the rest opens, which rows are alike is told, and labels only measure', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  const form = workbench.panel('New training')
  const forest = form.getByRole('checkbox', { name: 'Isolation forest', exact: true })
  await expect(forest).toBeEnabled()
  await expect(forest).not.toBeChecked()
  await form.getByRole('combobox', { name: 'Target', exact: true }).click()
  await page.getByRole('option', { name: 'none: learn without a target', exact: true }).click()
  await expect(forest).toBeChecked()
  await expect(form.getByRole('checkbox', { name: 'k-means', exact: true })).toBeChecked()
  await expect(form.getByRole('checkbox', { name: 'Baseline', exact: true })).toBeDisabled()
  await form.getByRole('button', { name: 'Train 2 algorithms', exact: true }).click()
  const runs = workbench.panel('Runs')
  await expect(runs.getByText('done', { exact: true })).toHaveCount(2, { timeout: 180_000 })

  await runs.getByRole('link', { name: 'isolation-forest on cells', exact: true }).click()
  const unlike = workbench.panel('What is unlike the rest')
  await unlike.getByRole('table').getByRole('button').first().click()
  await expect(
    unlike.getByRole('region', { name: /^Row [\d,]+, whole$/ }).getByText('mean radius', { exact: true }),
  ).toBeVisible()
  await expect(workbench.panel('Where it fails')).toHaveCount(0)
  await workbench.isSoundEverywhere('without-target-anomalies', pictures)

  await workbench.enter('Train')
  await runs.getByRole('link', { name: 'k-means on cells', exact: true }).click()
  const alike = workbench.panel('Which rows are alike')
  await expect(alike.getByRole('columnheader', { name: 'Cluster 1', exact: true })).toBeVisible()
  const scores = workbench.panel('Scores with 95 % interval')
  await expect(scores.getByRole('cell', { name: 'Silhouette', exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('without-target-clusters', pictures)

  const training = ['train', 'cells', '--no-target', '--exclude', 'diagnosis', '--algorithm']
  await workspace.json<Run>(...training, 'k-means', '--param', 'clusters=2', '--name', 'two')
  const labelled = ['train', 'cells', '--target', 'diagnosis', '--algorithm', 'isolation-forest']
  await workspace.json<Run>(...labelled, '--name', 'few')
  await workspace.json<Run>(...labelled, '--param', 'contamination=0.3', '--name', 'many')
  const all = (await workspace.json<{ runs: Run[] }>('runs')).runs
  const compared = (...names: string[]) => `/compare?runs=${names.map(name => all.find(run => run.name === name)!.run)}`

  await workbench.visit(compared('k-means on cells', 'two'))
  const verdict = workbench.panel('Verdict')
  await expect(verdict.getByRole('cell', { name: 'Silhouette', exact: true })).toBeVisible()
  await workbench.visit(compared('few', 'many'))
  await expect(verdict.getByRole('cell', { name: 'Recall', exact: true })).toBeVisible()
  expect(workbench.complaints).toEqual([])
})
