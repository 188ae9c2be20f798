import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-splits-'))
})
test.afterAll(() => rm(folder, { recursive: true, force: true }))

/** Six visits of each of 100 patients, who mostly return or mostly do not; age tells who it is. */
function visits(): string {
  const lines = Array.from({ length: 600 }, (_, i) => {
    const patient = i % 100
    const returns = (patient % 3 === 0) !== (i % 17 === 0)
    return `P${patient},2025-${1 + (i % 12)}-${1 + (i % 28)},${20 + patient * 0.5},${(i * 7919) % 101},${returns ? 'yes' : 'no'}`
  })
  return ['patient,day,age,dose,returns', ...lines].join('\n')
}

test('torn patients are said beside the score, and one click keeps them together', async ({ workspace, page }) => {
  const file = join(folder, 'visits.csv')
  await writeFile(file, visits())
  await workspace.json('import', file, '--name', 'visits')
  const training = ['train', 'visits', '--target', 'returns', '--algorithm', 'linear']
  await workspace.json<Run>(...training)
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  const runs = workbench.panel('Runs')
  await expect(runs.getByText('"patient" is torn', { exact: true })).toBeVisible()
  await runs.getByRole('button', { name: 'Keep its groups together', exact: true }).click()
  await expect(workbench.panel('What was trained').getByText('By groups: "patient"', { exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Retrain from here', exact: true }).click()
  await expect(page.getByRole('combobox', { name: 'Split by', exact: true })).toHaveValue('patient')
  await expect(page.getByRole('combobox', { name: 'It holds', exact: true })).toHaveValue('groups')
  await page.getByRole('textbox', { name: 'Folds', exact: true }).fill('4')
  await expect(page.getByText('Cross-validated; test rows untouched', { exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('splits-form', pictures)
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  const links = runs.getByRole('link', { name: 'linear on visits', exact: true })
  await expect(links).toHaveCount(3)
  await links.first().click()
  await expect(workbench.panel('What was trained').getByText('By groups: "patient"', { exact: true })).toBeVisible()
  const scores = workbench.panel('Scores with 95 % interval')
  await expect(scores.getByRole('columnheader', { name: 'Mean of the folds', exact: true })).toBeVisible()
  await expect(scores.getByRole('columnheader', { name: 'Folds, lowest to highest', exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('splits-run', pictures)
  const [newest] = (await workspace.json<{ runs: Run[] }>('runs')).runs
  expect(newest).toMatchObject({ splitColumn: 'patient', splitBy: 'group', folds: 4, suspects: [] })
  expect(newest!.foldMetrics).toHaveLength(4)
  expect(workbench.complaints).toEqual([])
})
