import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-doubts-'))
})
test.afterAll(() => rm(folder, { recursive: true, force: true }))

/** 700 customers, the first 100 of them twice: `id` tells them apart, `refund` and `closed` are only known once they have left. */
function customers(): string {
  const lines = Array.from({ length: 700 }, (_, i) => {
    const leaves = (i * 7919) % 3 === 0
    return `C${i},${(i * 31) % 97},${leaves ? 1 : 0},${leaves !== (i % 50 === 0) ? 1 : 0},${leaves ? 'no' : 'yes'}`
  })
  return ['id,age,refund,closed,stays', ...lines, ...lines.slice(0, 100)].join('\n')
}

test('columns that give the answer away, an id and repeated rows are said beside the score, and one click leaves them out', async ({
  workspace,
  page,
}) => {
  const file = join(folder, 'customers.csv')
  await writeFile(file, customers())
  await workspace.json('import', file, '--name', 'customers')
  const asked = ['--algorithm', 'decision-tree', '--param', 'max-depth=3', '--positive', 'no']
  const doubted = await workspace.json<Run>('train', 'customers', '--target', 'stays', ...asked)
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  const runs = workbench.panel('Runs')
  await expect(runs.getByRole('button', { name: 'Mend all and train again', exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('doubts-runs', pictures)
  await runs.getByRole('link', { name: 'decision-tree on customers', exact: true }).click()
  const warnings = workbench.panel('Warnings')
  await expect(warnings.getByText('"refund" alone gives an AUC of 1.000')).toBeVisible()
  await expect(warnings.getByText('"closed" alone gives an AUC of 0.9')).toBeVisible()
  await expect(warnings.getByText('"id"')).toBeVisible()
  await workbench.isSoundEverywhere('doubts-run', pictures)
  const newest = async () => (await workspace.json<{ runs: Run[] }>('runs')).runs[0]!

  await warnings.getByRole('button', { name: 'Leave out and train again', exact: true }).first().click()
  await expect(page).not.toHaveURL(new RegExp(doubted.run))
  const { run, exclude } = await newest()
  expect(exclude).toHaveLength(1)

  await page.goBack()
  // The run that leaves it out has warnings as well.
  await expect(warnings.getByText('"refund" alone gives an AUC of 1.000')).toBeVisible()
  await warnings.getByRole('button', { name: 'Mend all and train again', exact: true }).click()
  await expect(page).not.toHaveURL(new RegExp(doubted.run))
  await expect.poll(async () => (await newest()).run).not.toBe(run)
  await expect.poll(async () => (await newest()).status).toBe('done')
  await expect(workbench.panel('Scores with 95 % interval')).toBeVisible()
  const { algorithm, parameters, positive, seed } = doubted
  expect(await newest()).toMatchObject({ algorithm, parameters, positive, seed, distinctRows: true, suspects: [] })
  expect((await newest()).exclude.toSorted()).toEqual(['closed', 'id', 'refund'])
  expect(workbench.complaints).toEqual([])
})
