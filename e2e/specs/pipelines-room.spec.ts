import { appendFile, copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import type { Job } from '../../shared/model/job.ts'
import type { PipelineGraph } from '../../shared/model/pipeline.ts'
import type { Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'
import { addNewer } from '../many-runs.ts'
import { beyondTheWindow } from '../pages/sample-workspace.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** The Pipelines room: jobs, what led to what, and a run trained again from where it stands. */
const pictures = process.env.LATHE_PICTURES
let workspace: TestWorkspace
let run: Run

const at = (page: Page, path: string) => new URL(path, page.url()).href
const drawing = (page: Page) => page.getByRole('region', { name: 'What led to what: drawing' })
/** A thing of the graph; its name begins with its kind and what it is called. */
const node = (page: Page, name: string | RegExp) =>
  drawing(page).getByRole('link', { name: typeof name === 'string' ? new RegExp(`^${name};`) : name })

async function jobsOf(kind: string): Promise<Job[]> {
  return (await workspace.json<{ jobs: Job[] }>('jobs', '--kind', kind)).jobs
}

test.beforeAll(async () => {
  workspace = await TestWorkspace.make()
  const file = join(workspace.folder, 'cells.csv')
  await copyFile(join(samples, 'breast-cancer.csv'), file)
  await workspace.json('import', file, '--name', 'cells', '--target', 'diagnosis')
  run = await workspace.json<Run>(
    ...['train', 'cells', '--target', 'diagnosis', '--algorithm', 'gradient-boosting', '--name', 'first'],
    ...['--param', 'rounds=20', '--seed', '7', '--exclude', 'mean area', '--distinct', '--device', 'cpu'],
  )
  await workspace.json('register', run.run, '--name', 'cells-model', '--alias', 'champion')
  await workspace.json('evaluate', 'cells-model', 'cells')
  await appendFile(file, `${['30', ...Array(29).fill('1'), 'benign'].join()}\n`)
  await workspace.json('import', file, '--name', 'cells', '--target', 'diagnosis')
  const ragged = join(workspace.folder, 'ragged.csv')
  await writeFile(ragged, 'a,b\n1,2\n1,2,3\n')
  await workspace.failure('import', ragged, '--name', 'broken')
})
test.afterAll(() => workspace.close())

test('an empty workspace says what would show here and what to do next', async ({ workspace: empty, page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await empty.url())
  await workbench.enter('Pipelines')
  await expect(page.getByText('Nothing was done here yet.')).toBeVisible()
  await expect(drawing(page)).toHaveCount(0)
  await workbench.isSoundEverywhere('pipelines-room-empty', pictures)
  await page.getByRole('link', { name: 'Import a file in the Data room' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Data')
})

test('jobs and what they read and made are drawn, say the same in words, and open', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Pipelines')
  for (const name of ['dataset cells:1', 'dataset cells:2', 'run first', 'model cells-model:1']) {
    await expect(node(page, name)).toBeVisible()
  }
  await expect(node(page, 'run first')).toHaveAccessibleName(
    /; Made from job Train gradient boosting on cells:1; Led to model cells-model:1$/,
  )
  await workbench.isSoundEverywhere('pipelines-room', pictures)

  await page.getByLabel('As a list').check()
  const list = page.getByRole('region', { name: 'What led to what: table' })
  const row = list.getByRole('row').filter({ has: page.getByRole('cell', { name: 'run', exact: true }) })
  await expect(row.getByRole('link', { name: 'Train gradient boosting on cells:1' })).toBeVisible()
  await expect(row.getByRole('link', { name: 'cells-model:1' })).toBeVisible()
  await workbench.isSound()
  await row.getByRole('link', { name: 'cells-model:1' }).click()
  await expect(page).toHaveURL(/\/models\/cells-model\/1$/)

  // The address says what is shown: Back comes to the list again.
  await page.goBack()
  await expect(list).toBeVisible()
  await page.getByLabel('As a list').uncheck()
  await node(page, 'dataset cells:2').click()
  await expect(page).toHaveURL(/\/data\/cells\?version=2$/)
})

test('around one job stands only its own way; the arrow keys follow it, and Enter opens', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  const [train] = await jobsOf('train')
  await page.goto(at(page, `/pipelines/${train!.job}`))
  const here = node(page, /^job Train gradient boosting/)
  await expect(here).toHaveAttribute('aria-current', 'page')
  // The newer data belong to another way.
  await expect(node(page, 'dataset cells:2')).toHaveCount(0)
  await workbench.isSoundEverywhere('pipelines-room-job', pictures)

  // One node is in the order of the Tab key.
  await page.getByLabel('As a list').focus()
  await page.keyboard.press('Tab')
  await expect(here).toBeFocused()
  const go = async (key: string, to: Locator) => {
    await page.keyboard.press(key)
    await expect(to).toBeFocused()
  }
  await go('ArrowLeft', node(page, 'dataset cells:1'))
  await go('ArrowLeft', node(page, /^job Import cells\.csv as cells/))
  await go('ArrowLeft', node(page, /^job Import cells\.csv as cells/))
  await go('End', node(page, /^job Evaluate/))
  await go('ArrowLeft', node(page, 'model cells-model:1'))
  await go('ArrowLeft', node(page, /^run first/))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/train/${run.run}$`))

  await page.goBack()
  await page.getByLabel('Show all').check()
  await expect(node(page, 'dataset cells:2')).toBeVisible()
  await expect(page.getByText(/^The newest of \d+ jobs, with what they read and made\.$/)).toBeVisible()
})

test('a failed job is found by its state, and says why', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Pipelines')
  await page.getByRole('combobox', { name: 'State' }).selectOption('failed')
  const jobs = page.getByRole('region', { name: 'Jobs, newest first: table' })
  await expect(jobs.getByRole('row')).toHaveCount(2)
  await expect(page).toHaveURL(/\?state=failed$/)
  await jobs.getByRole('link', { name: 'Import ragged.csv as broken' }).click()
  await expect(page.getByRole('alert')).toContainText('row 3')
  await expect(node(page, /^job Import ragged\.csv as broken; failed/)).toBeVisible()
  await expect(page.getByRole('link', { name: 'Retrain from here' })).toHaveCount(0)
  await workbench.isSoundEverywhere('pipelines-room-failed', pictures)
  // One that is not there is said once.
  await workbench.visit('/pipelines/job-nope')
  await expect(page.getByRole('alert')).toHaveText(/^There is no job "job-nope"/)
})

test('a run is trained again from a job that came of it, with changes, on the newer rows, and that stands in the graph', async ({
  page,
}) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  const [evaluate] = await jobsOf('evaluate')
  await page.goto(at(page, `/pipelines/${evaluate!.job}`))
  await page.getByRole('link', { name: 'Retrain from here' }).click()

  const form = workbench.panel('New training')
  await expect(form.getByRole('note')).toHaveText('Trains first again: on cells:2, where it had cells:1.')
  await expect(form.getByRole('combobox', { name: 'Dataset' })).toHaveValue('cells, newest (version 2)')
  await expect(form.getByRole('combobox', { name: 'Target' })).toHaveValue('diagnosis')
  await expect(form.getByRole('textbox', { name: 'Seed' })).toHaveValue('7')
  await expect(form.getByRole('combobox', { name: 'Device' })).toHaveValue(/^cpu/)
  await expect(form.getByText('mean area', { exact: true })).toBeVisible()
  await expect(form.getByRole('checkbox', { name: 'Each row once' })).toBeChecked()
  await expect(form.getByRole('checkbox', { name: 'Gradient boosting' })).toBeChecked()
  await expect(form.getByRole('checkbox', { name: 'Linear model' })).not.toBeChecked()
  await form.getByText('Settings of Gradient boosting').click()
  await expect(form.getByRole('textbox', { name: 'rounds', exact: true })).toHaveValue('20')
  await workbench.isSoundEverywhere('pipelines-room-retrain', pictures)

  await form.getByRole('textbox', { name: 'Seed' }).fill('8')
  await form.getByRole('button', { name: 'Train', exact: true }).click()
  await form.getByRole('status').getByRole('link', { name: 'Retrain gradient boosting on cells:2' }).click()
  const again = node(page, /^job Retrain gradient boosting on cells:2; done/)
  await expect(again).toBeVisible({ timeout: 180_000 })
  await expect(again).toHaveAccessibleName(
    /Made from dataset cells:2, run first; Led to run gradient-boosting on cells$/,
  )
  await expect(node(page, /^run first; done; cells:1/)).toBeVisible()
  await workbench.isSoundEverywhere('pipelines-room-retrained', pictures)

  const { runs } = await workspace.json<{ runs: Run[] }>('runs')
  expect(runs[0]).toMatchObject({
    from: { run: run.run },
    ...{ datasetVersion: 2, seed: 8, exclude: ['mean area'], distinctRows: true, deviceChoice: 'cpu' },
    parameters: { rounds: 20 },
  })
  await node(page, /^run gradient-boosting on cells/).click()
  await expect(page.getByText(`Trained again from ${run.run}`)).toBeVisible()
  // Its training was not seen here: the comparison is asked for, and then stays.
  const against = workbench.panel('Against the run that it repeats')
  await against.getByRole('button', { name: 'Compare them', exact: true }).click()
  const said = against.getByRole('status').filter({ hasText: /^It / })
  await expect(said).toHaveText(/ AUC [+−]?[\d.]+, 95 % interval .+ to .+, on the same \d+ test rows\.$/, {
    timeout: 180_000,
  })
  const words = await said.textContent()
  await against.scrollIntoViewIfNeeded()
  await workbench.isSoundEverywhere('run-against-origin', pictures)
  const evaluations = (await jobsOf('evaluate')).length
  await page.reload()
  await expect(said).toHaveText(words!)
  expect(await jobsOf('evaluate')).toHaveLength(evaluations)
})

test('states are live: a training shows how far it is, and that it was cancelled', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Pipelines')
  const endless = ['rounds=100000', 'early-stopping=0', 'learning-rate=0.00001'].flatMap(each => ['--param', each])
  const training = ['train', 'cells', '--target', 'diagnosis', '--algorithm', 'gradient-boosting', ...endless]
  const long = workspace.run(training)
  await expect(node(page, /^job Train gradient boosting on cells:2; running; \d+ %/)).toBeVisible()
  const jobs = page.getByRole('region', { name: 'Jobs, newest first: table' })
  await workbench.cancel(jobs.getByRole('button', { name: 'Cancel Train gradient boosting on cells:2' }))
  await expect(node(page, /^job Train gradient boosting on cells:2; cancelled;/)).toBeVisible()
  await expect(node(page, /^run gradient-boosting on cells; cancelled;/)).toBeVisible()
  expect((await long).code).toBe(1)
  await workbench.isSound()
})

test('lathe retrain trains a run again on the newest rows, or on those that are named', async () => {
  const newest = await workspace.json<Run>('retrain', run.run)
  expect(newest).toMatchObject({ from: { run: run.run }, datasetVersion: 2, seed: 7, parameters: { rounds: 20 } })
  const same = await workspace.json<Run>('retrain', run.run, '--dataset', 'cells:1')
  expect(same).toMatchObject({ from: { run: run.run }, datasetVersion: 1 })
  // The same request on the same rows gives the same model.
  expect(same.metrics).toEqual(run.metrics)
  expect((await workspace.failure('retrain', 'run-0')).code).toBe('not-found')
})

test('lathe lineage says the same as the graph', async () => {
  // The retraining before has held its run against the one that it repeats.
  const evaluate = (await jobsOf('evaluate')).find(({ title }) => title.includes('cells-model'))
  const { nodes, edges } = await workspace.json<PipelineGraph>('lineage', evaluate!.job)
  const named = edges.map(({ from, to }) => `${nodes[from]!.label} > ${nodes[to]!.label}`)
  expect(named.sort()).toEqual([
    'Import cells.csv as cells > cells:1',
    'Train gradient boosting on cells:1 > first',
    'cells-model:1 > Evaluate cells-model:1 on cells:1',
    'cells:1 > Evaluate cells-model:1 on cells:1',
    'cells:1 > Train gradient boosting on cells:1',
    'first > cells-model:1',
  ])
})

test('hostile names are text, cut to their place, in the graph, in its words and in the form', async ({
  workspace: hostile,
  page,
}) => {
  const name = `<img src=x onerror=window.hurt=1> \u202Egnp.elif\u2066 =cmd() 😀`.padEnd(128, 'W')
  const column = '<script>window.hurt=1</script>'
  const rows = Array.from({ length: 60 }, (_, i) =>
    [Math.sin(i).toFixed(3), Math.cos(i).toFixed(3), i % 2 ? '<b>yes</b>' : '=no()'].join(),
  )
  const file = join(hostile.folder, 'rows.csv')
  await writeFile(file, `${[`${column},other,target`, ...rows].join('\n')}\n`)
  await hostile.json('import', file, '--name', name, '--target', 'target')
  const first = await hostile.json<Run>(
    ...['train', name, '--target', 'target', '--algorithm', 'baseline', '--name', name, '--exclude', column],
  )
  await hostile.json('register', first.run, '--name', name)
  await hostile.json('retrain', first.run)
  const { jobs } = await hostile.json<{ jobs: Job[] }>('jobs')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await hostile.url())
  const paths = ['/pipelines', '/pipelines?list=1', `/pipelines/${jobs[0]!.job}`, `/train?from=${first.run}`]
  for (const path of paths) {
    await page.goto(at(page, path))
    await expect(page.getByText(name.slice(0, 30)).first()).toBeVisible()
    await expect(page.getByText('Asking the engine…')).toHaveCount(0)
    expect(await page.evaluate('window.hurt')).toBeUndefined()
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(await beyondTheWindow(page), path).toEqual([])
    const picture = `pipelines-room-hostile-${paths.indexOf(path)}`
    await workbench.isSoundEverywhere(picture, pictures)
  }
})

test('a list of more jobs than a page comes to its end, while others end and begin', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  const address = new URL(await workspace.url())
  const headers = { ...workspace.headers, 'content-type': 'application/json' }
  const file = join(workspace.folder, 'ragged.csv')
  const { jobs: known, total: before } = await workspace.json<{ jobs: Job[]; total: number }>('jobs')
  addNewer(workspace.folder, 'job', known[0]!.job, 200)
  for (let i = 0; i < 30; i += 1) {
    const body = JSON.stringify({ file, name: `many-${i}` })
    const answer = await fetch(`${address.origin}/api/datasets/import`, { method: 'POST', headers, body })
    expect(answer.status).toBe(200)
  }
  await workbench.open(address.href)
  await workbench.enter('Pipelines')
  const jobs = workbench.panel('Jobs, newest first')
  await expect(jobs.getByRole('heading', { level: 2 })).toContainText(String(before + 230))
  const table = page.getByRole('region', { name: 'Jobs, newest first: table' })
  await expect(table.getByRole('link', { name: 'Import ragged.csv as many-29' })).toBeVisible()
  // Only the rows in sight are in the page.
  expect(await table.getByRole('row').count()).toBeLessThan(100)
  await expect(async () => {
    await table.evaluate(element => element.scrollTo(0, element.scrollHeight))
    await expect(table.getByRole('link', { name: 'Import cells.csv as cells' }).last()).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(table.getByText('Older ones come as you scroll')).toHaveCount(0)
})
