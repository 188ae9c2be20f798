import { join } from 'node:path'
import type { Job } from '../../shared/model/job.ts'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { late } from '../pages/late.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, runner, test } from '../runners/index.ts'

/** Answers that overtake each other: what the page shows is what was asked for last, under its own name. */
test.skip(runner === 'electron', 'the addresses of the shell are not asked for by a browser')

const cells = join(samples, 'breast-cancer.csv')

test('lists, jobs and the page stay what they are when an older answer comes after the newer', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', cells, '--name', 'cells', '--target', 'diagnosis')
  const workbench = new WorkbenchPage(page)
  const url = await workspace.url()
  await workbench.open(url)
  const headers = { ...workspace.headers, 'content-type': 'application/json' }
  const send = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(new URL(`/api/${path}`, url), { method, headers, body: JSON.stringify(body) })
    expect(answer.status, await answer.text()).toBe(200)
  }
  const link = (name: string) => page.getByRole('link', { name, exact: true })

  await test.step('a list', async () => {
    await workbench.enter('Data')
    const list = await late(page, /\/datasets\/list$/)
    await send('POST', 'datasets/import', { file: cells, name: 'second' })
    await list.made
    await send('POST', 'datasets/import', { file: cells, name: 'third' })
    await expect(link('third')).toBeVisible()
    await list.letGo()
    await expect(link('third')).toBeVisible()
    await expect(link('second')).toBeVisible()
  })

  await test.step('a job that ends while the page asks for all of them', async () => {
    const endless = ['rounds=100000', 'early-stopping=0', 'learning-rate=0.00001'].flatMap(each => ['--param', each])
    const training = ['train', 'cells', '--target', 'diagnosis', '--algorithm', 'gradient-boosting', ...endless]
    const long = workspace.run(training)
    await workbench.enter('Overview')
    const jobs = workbench.panel('Jobs')
    await expect(jobs.getByRole('button', { name: /^Cancel/ })).toBeVisible()
    const list = await late(page, /\/jobs\/list$/)
    await page.reload()
    await list.made
    const known = await fetch(new URL('/api/jobs?state=running', url), { headers })
    const [running] = ((await known.json()) as { jobs: Job[] }).jobs
    await send('POST', `jobs/${running!.job}/cancel`, {})
    expect((await long).code).toBe(1)
    // What is told later is heard later.
    await send('PUT', 'workspace/air-gap', { on: true })
    await expect(page.getByRole('button', { name: 'Nothing leaves this machine', exact: true })).toBeVisible()
    await list.letGo()
    await expect(jobs.getByRole('cell', { name: 'cancelled', exact: true })).toBeVisible()
    await expect(jobs.getByRole('button', { name: /^Cancel/ })).toHaveCount(0)
  })

  await test.step('an import that is done when the person is elsewhere', async () => {
    await workbench.enter('Data')
    await page.getByLabel('Or the full path of a file on this machine').fill(cells)
    await page.getByRole('button', { name: 'Look at it', exact: true }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('fourth')
    const answer = await late(page, /\/datasets\/import$/)
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await answer.made
    await workbench.enter('Models')
    const done = page.waitForResponse(/\/jobs\/result$/, { timeout: 180_000 })
    await answer.letGo()
    await done
    await page.waitForTimeout(500)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Models')
  })
  expect(workbench.complaints).toEqual([])
})

test('nothing stands under the name of another, or is begun on it, while an answer is on its way', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'diabetes.csv'), '--name', 'diabetes', '--target', 'progression')
  await workspace.json('import', cells, '--name', 'cells', '--target', 'diagnosis')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())

  await test.step('how the target goes with a column', async () => {
    await workbench.visit('/data/cells?column=mean+radius')
    const drawn = (column: string) => page.getByRole('img', { name: `What diagnosis is there: ${column}` })
    await expect(drawn('mean radius')).toBeVisible()
    const answer = await late(page, /\/datasets\/relation$/)
    await workbench.panel('Columns').getByRole('button', { name: 'mean texture', exact: true }).click()
    await answer.made
    await expect(page.getByRole('heading', { level: 2, name: 'mean texture' })).toBeVisible()
    await expect(drawn('mean texture')).toHaveCount(0)
    await answer.letGo()
    await expect(drawn('mean texture')).toBeVisible()
  })

  await test.step('a training on another dataset', async () => {
    await workbench.visit('/train?dataset=cells')
    const form = workbench.panel('New training')
    const begin = form.getByRole('button', { name: /^Train / })
    await expect(begin).toBeEnabled()
    const answer = await late(page, /\/datasets\/get$/)
    await form.getByRole('combobox', { name: 'Dataset' }).click()
    await page.getByRole('option', { name: /^diabetes/ }).click()
    await answer.made
    await expect(begin).toHaveCount(0)
    await answer.letGo()
    await expect(form.getByRole('combobox', { name: 'Target' })).toHaveValue('progression')
    await expect(begin).toBeEnabled()
  })
  expect(workbench.complaints).toEqual([])
})

test('a service that answers to other columns than before is asked by them', async ({ workspace, page }) => {
  const workbench = new WorkbenchPage(page)
  for (const [dataset, target] of [
    ['diabetes', 'progression'],
    ['breast-cancer', 'diagnosis'],
  ] as const) {
    await workspace.json('import', join(samples, `${dataset}.csv`), '--name', dataset, '--target', target)
    const { run } = await workspace.json<Run>('train', dataset, '--target', target, '--algorithm', 'linear')
    await workspace.json('register', run, '--name', `${dataset}-model`)
  }
  await workspace.json('deploy', 'breast-cancer-model', '--target', 'local', '--name', 'service')
  await workbench.open(await workspace.url())
  await workbench.visit('/deploy/service')
  const panel = workbench.panel('Ask it')
  await expect(panel.getByRole('textbox', { name: 'mean radius', exact: true })).toBeVisible()
  // Another model in its place, by the command line.
  await workspace.json('deploy', 'diabetes-model', '--target', 'local', '--name', 'service')
  await expect(panel.getByRole('textbox', { name: 'bmi', exact: true })).toHaveValue(/\d/)
  await panel.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(panel.locator('output')).toHaveText(/^\d/)
  expect(workbench.complaints).toEqual([])
})
