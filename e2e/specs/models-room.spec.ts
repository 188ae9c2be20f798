import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelVersion } from '../../shared/model/model.ts'
import type { Run } from '../../shared/model/run.ts'
import { TestWorkspace } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** The Models room: a version's way, its names, what is made of it, and the model live in the window. */
const pictures = process.env.LATHE_PICTURES
let workspace: TestWorkspace

/** Rows of every kind of column, of which an answer can be learned. */
function rowsOf(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const weight = 40 + ((i * 37) % 200) / 10
    const visits = (i * 7) % 21
    const colour = ['red', 'blue', 'green'][i % 3]
    const isMember = i % 2 === 0
    const since = new Date(Date.UTC(2020, 0, 1 + ((i * 13) % 1500))).toISOString().slice(0, 10)
    const isGone = weight / 10 + visits / 5 + (colour === 'red' ? 2 : 0) + (isMember ? 1 : 0) > 8
    return [weight, i % 17 ? visits : '', i % 19 ? colour : '', isMember, since, isGone ? 'yes' : 'no'].join()
  })
  return `weight,visits,colour,member,since,churn\n${rows.join('\n')}\n`
}

test.beforeAll(async () => {
  workspace = await TestWorkspace.make()
  const file = join(workspace.folder, 'customers.csv')
  await writeFile(file, rowsOf(400))
  await workspace.json('import', file, '--name', 'customers', '--target', 'churn')
  for (const algorithm of ['linear', 'gradient-boosting']) {
    const run = await workspace.json<Run>('train', 'customers', '--target', 'churn', '--algorithm', algorithm)
    const alias = algorithm === 'linear' ? ['--alias', 'champion'] : []
    await workspace.json('register', run.run, '--name', 'churn', ...alias)
  }
})
test.afterAll(() => workspace.close())

/** What `lathe predict` says of one row: the answer, and the probability of `yes`. */
async function predicted(fields: string[]): Promise<{ prediction: string; yes: number }> {
  const [file, out] = [join(workspace.folder, 'row.csv'), join(workspace.folder, 'answer.csv')]
  await writeFile(file, `weight,visits,colour,member,since\n${fields.join()}\n`)
  await workspace.json('predict', 'churn:2', file, '--out', out)
  const [header, answer] = (await readFile(out, 'utf8')).trim().split('\n')
  const cells = answer!.split(',')
  const at = (name: string) => cells[header!.split(',').indexOf(name)]!
  return { prediction: at('prediction'), yes: Number(at('probability_yes')) }
}

test('the model answers in the window as it does on the command line, missing values too', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  const files: string[] = []
  page.on('request', request => files.push(request.url()))
  await workbench.open(await workspace.url())
  await workbench.enter('Models')
  await workbench
    .panel('Versions')
    .getByRole('row', { name: /^churn 2 / })
    .getByRole('link', { name: 'churn', exact: true })
    .click()
  await expect(page).toHaveURL(/\/models\/churn\/2$/)
  const panel = workbench.panel('What if')
  await expect(panel).toBeVisible()
  expect(files.filter(url => /\.wasm|bundleFile.*model/.test(url))).toEqual([])
  await panel.getByRole('button', { name: 'Open the model here', exact: true }).click()
  const probability = panel
    .getByRole('list', { name: 'Prediction', exact: true })
    .getByRole('listitem')
    .filter({ hasText: 'yes' })
    .getByTitle(/^[\d.e-]+$/)
  await expect(probability).toBeVisible()

  const typical = await panel.getByRole('textbox', { name: 'weight' }).inputValue()
  const rows = [
    ['52.5', '3', 'red', 'true', '2021-05-06'],
    ['47.1', '', 'green', 'false', '2023-11-30'],
    ['58.9', '14', '', 'true', '2020-02-29'],
  ]
  for (const row of rows) {
    const [weight, visits, colour, member, since] = row
    await panel.getByRole('textbox', { name: 'weight' }).fill(weight!)
    await panel.getByRole('textbox', { name: 'visits' }).fill(visits!)
    for (const [name, value] of [
      ['colour', colour || '(missing)'],
      ['member', member!],
    ] as const) {
      await panel.getByRole('combobox', { name, exact: true }).click()
      await page.getByRole('option', { name: value, exact: true }).click()
    }
    await panel.getByLabel('since').fill(since!)
    const wanted = await predicted(row)
    await expect(panel.locator('output')).toHaveText(wanted.prediction)
    await expect
      .poll(async () => Math.abs(Number(await probability.getAttribute('title')) - wanted.yes))
      .toBeLessThan(1e-6)
  }

  await panel.getByRole('button', { name: 'Explain this row by its trees', exact: true }).click()
  const whole = panel.getByRole('region', { name: 'This row by the trees', exact: true })
  await expect(whole.getByRole('listitem').first()).toBeVisible()
  // What each value adds makes up the whole change from the typical row.
  const why = panel.getByRole('region', { name: 'Why: what each value adds', exact: true })
  await expect(why.getByText('Shapley values against the typical row, exact.', { exact: true })).toBeVisible()
  await expect(why).toHaveAttribute('aria-busy', 'false')
  const [, base, now] = /From ([\d.]+) % at the typical row to ([\d.]+) %\./.exec((await why.textContent())!)!
  const added = await why
    .getByRole('listitem')
    .getByTitle(/^-?[\d.e-]+$/)
    .evaluateAll(each => each.map(({ title }) => Number(title)))
  expect(added.length).toBeGreaterThan(2)
  expect(added.reduce((sum, value) => sum + value * 100, 0)).toBeCloseTo(Number(now) - Number(base), 1)
  await workbench.isSoundEverywhere('what-if-why', pictures)

  // By keyboard: an arrow on a slider moves the number beside it.
  await panel.getByRole('slider', { name: 'weight', exact: true }).press('ArrowRight')
  await expect(panel.getByRole('textbox', { name: 'weight' })).not.toHaveValue('58.9')
  await panel.getByRole('button', { name: 'Typical row' }).click()
  await expect(panel.getByRole('textbox', { name: 'weight' })).toHaveValue(typical)
  await workbench.isSound()
})

test('an alias is pointed at a version with a reason, and set back', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit('/models/churn/2')
  const panel = workbench.panel('Aliases')
  const alias = panel.getByRole('combobox', { name: 'Alias', exact: true })
  await alias.fill('champion')
  const reason = panel.getByRole('textbox', { name: 'Reason', exact: true })
  await reason.fill('<b>better</b> on new rows')
  await reason.press('Enter')
  await expect(panel.getByText('"champion" now names version 2; before it named version 1.')).toBeVisible()
  await expect(panel.getByRole('cell', { name: '<b>better</b> on new rows', exact: true })).toBeVisible()
  await panel.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(panel.getByText('"champion" now names version 1; before it named version 2.')).toBeVisible()
  const answer = await workspace.json<{ models: { version: number; aliases: string[] }[] }>('models')
  expect(answer.models.find(({ aliases }) => aliases.includes('champion'))?.version).toBe(1)

  await alias.fill('shadow')
  await alias.press('Enter')
  await expect(panel.getByText('"shadow" now names version 2; it is new.')).toBeVisible()
  await panel.getByRole('button', { name: 'Take away: shadow' }).click()
  await expect(panel.getByText('"shadow" names no version now; before it named version 2.')).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Take away: shadow' })).toHaveCount(0)
  await panel.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(panel.getByRole('button', { name: 'Take away: shadow' })).toBeVisible()
  await workbench.isSound()
})

test('a version is evaluated, packaged and retrained where it is shown, and its way opens', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit('/models/churn/1')
  const way = workbench.panel('Where it comes from, and where it went')
  for (const [label, path] of [
    ['customers.csv', '/data/customers?version=1'],
    ['churn:1', '/models/churn/1'],
  ] as const) {
    await expect(way.getByRole('link', { name: new RegExp(`^${label}`) })).toHaveAttribute('href', path)
  }

  const saving = page.waitForEvent('download')
  await workbench.panel('This version').getByRole('button', { name: 'Save model.onnx' }).click()
  const saved = await saving
  expect(saved.suggestedFilename()).toBe('model.onnx')
  const again = await workspace.json<ModelVersion>('import-model', await saved.path(), '--name', 'again')
  expect(again.task).toBe('binary')

  const choose = async (title: string) => {
    await workbench.panel(title).getByRole('combobox', { name: 'Dataset', exact: true }).click()
    await page.getByRole('option', { name: 'customers:1', exact: true }).click()
  }
  await choose('Evaluate on a dataset')
  const evaluation = workbench.panel('Evaluate on a dataset')
  await evaluation.getByRole('button', { name: 'Evaluate', exact: true }).click()
  await expect(evaluation.getByRole('row', { name: /^AUC 0\.\d+ 0\.\d+ to/ })).toBeVisible()
  await expect(evaluation.getByText(/these metrics flatter it/)).toBeVisible()
  const past = evaluation.getByRole('region', { name: 'Evaluations so far: table' })
  await expect(past.getByRole('row', { name: /^customers:1 400 AUC 0\.\d+ / })).toBeVisible()
  await past.getByRole('button', { name: 'Metrics on customers:1' }).click()
  await expect(evaluation.getByRole('region', { name: 'Metrics on customers:1: table' })).toContainText('AUC')
  await expect(past.getByRole('link', { name: 'customers:1' })).toHaveAttribute('href', '/data/customers?version=1')
  await evaluation.getByRole('combobox', { name: 'Held against a run, on its test rows', exact: true }).click()
  await page.getByRole('option').first().click()
  await evaluation.getByRole('button', { name: 'Evaluate', exact: true }).click()
  await expect(evaluation.getByRole('columnheader', { name: 'Less what the run has', exact: true })).toBeVisible()
  // A file does not say what it predicts; the dataset does.
  await workbench.visit('/models/again/1')
  await expect(page).toHaveTitle('again:1 · Lathe')
  await choose('Evaluate on a dataset')
  await expect(evaluation.getByRole('combobox', { name: 'Target column' })).toHaveAttribute('placeholder', 'churn')
  await evaluation.getByRole('button', { name: 'Evaluate', exact: true }).click()
  await expect(evaluation.getByRole('alert')).toContainText('Import the model again with a dataset, which names its')
  await page.goBack()

  const packaging = workbench.panel('Package as an image')
  await packaging.getByLabel('Full path of the tar').fill('not/absolute.tar')
  await packaging.getByRole('button', { name: 'Package', exact: true }).click()
  await expect(packaging.getByRole('alert')).toContainText('absolute path')

  await choose('Retrain on a dataset')
  const retraining = workbench.panel('Retrain on a dataset')
  await retraining.getByRole('button', { name: 'Retrain', exact: true }).click()
  await expect(retraining.getByText(/^(Promoted|Stopped)/)).toBeVisible({ timeout: 180_000 })
  await expect(retraining.getByText(/95 % interval -?\d/)).toBeVisible()
  await retraining.getByRole('link', { name: 'churn:3', exact: true }).click()
  await expect(page).toHaveURL(/\/models\/churn\/3$/)
})

test('a version says where it runs, and goes to the Deploy room: anew, or in the place of another', async ({
  page,
}) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await page.goto(new URL('/models/churn/2', page.url()).href)
  const live = workbench.panel('Where it runs')
  await expect(live).toContainText('No deployment serves this version.')
  await live.getByRole('link', { name: 'Deploy it' }).click()
  await expect(page).toHaveURL(/\/deploy\?model=churn%3A2$/)
  await expect(workbench.panel('Deploy a model').getByRole('combobox', { name: 'Model' })).toHaveValue('churn:2')

  await workspace.json('deploy', 'churn:1', '--target', 'local', '--name', 'of the first')
  await page.goto(new URL('/models/churn/1', page.url()).href)
  const first = live.getByRole('row', { name: /^of the first local ready http/ })
  await expect(first.getByRole('link', { name: 'of the first' })).toHaveAttribute('href', '/deploy/of%20the%20first')
  await workbench.isSoundEverywhere('models-live', process.env.LATHE_PICTURES)

  await page.goto(new URL('/models/churn/2', page.url()).href)
  await live.getByRole('link', { name: 'Put it in the place of churn:1 in of the first' }).click()
  await expect(page).toHaveURL(/\/deploy\/of%20the%20first\?model=churn%3A2$/)
  const update = workbench.panel('Put another version in its place')
  await expect(update.getByRole('combobox', { name: 'Model' })).toHaveValue('churn:2')
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('churn:2')
  await workspace.json('undeploy', 'of the first')
})

test('a version is pushed to a registry whose certificate no system knows', async ({ page }) => {
  const { LATHE_TEST_REGISTRY_AUTH: registry, LATHE_TEST_REGISTRY_AUTH_CA: ca } = process.env
  test.skip(!registry, 'LATHE_TEST_REGISTRY_AUTH names no registry that wants a login over TLS')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit('/models/churn/1')
  const panel = workbench.panel('Push to a registry')
  await panel.getByRole('textbox', { name: 'Reference' }).fill(`${registry}/models-room/churn:1`)
  await panel.getByRole('button', { name: 'Push', exact: true }).click()
  await expect(panel.getByRole('alert')).toContainText('is not trusted')
  await panel.getByRole('textbox', { name: 'Full path of its certificate authority (PEM)' }).fill(ca!)
  await panel.getByRole('button', { name: 'Push', exact: true }).click()
  // So it was spoken with, and nobody signed in.
  await expect(panel.getByRole('alert')).toContainText('wants a login')
})

test('an ONNX file is chosen and comes in, and a version that is not there is said', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Models')
  const panel = workbench.panel('Import a model')
  const path = panel.getByRole('textbox', { name: /^Or the full path/ })
  await path.fill(join(workspace.folder, 'none.onnx'))
  await path.press('Enter')
  await panel.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(panel.getByRole('alert')).toContainText('cannot be read')
  const file = join(import.meta.dirname, '../../electron/engine/models/fixtures/iris-logistic.onnx')
  await panel.getByLabel('Choose a file').setInputFiles(file)
  await expect(panel.getByLabel('Name of the model')).toHaveValue('iris-logistic')
  await panel.getByRole('button', { name: 'Import', exact: true }).click()
  await panel.getByRole('link', { name: 'iris-logistic:1', exact: true }).click()
  await workbench.panel('What if').getByRole('button', { name: 'Open the model here', exact: true }).click()
  await expect(workbench.panel('What if').locator('output')).toHaveText(/^[012]$/)
  await workbench.visit('/models/churn/99')
  await expect(page.getByText(/^There is no such model or version/)).toBeVisible()
})

test('a fitted model asks for the Python that converts it, and for rows to hold it against', async ({ page }) => {
  const file = join(workspace.folder, 'fitted.joblib')
  await writeFile(file, 'not looked at here')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Models')
  const panel = workbench.panel('Import a model')
  await panel.getByLabel('Choose a file').setInputFiles(file)
  await panel.getByRole('textbox', { name: 'Python that converts it', exact: true }).fill('no-such-python')
  await panel.getByRole('combobox', { name: 'Rows like those it learned from', exact: true }).click()
  await page.getByRole('option').first().click()
  await expect(panel.getByRole('combobox', { name: 'What it predicts', exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('import-fitted', pictures)
  await panel.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(panel.getByRole('alert')).toContainText('The Python "no-such-python" cannot be started')
})

test('an alias that a registered run takes over is set back where it was taken', async ({ page }) => {
  const { runs } = await workspace.json<{ runs: Run[] }>('runs')
  const versionOf = async () => {
    const { models } = await workspace.json<{ models: ModelVersion[] }>('models')
    return models.find(({ aliases }) => aliases.includes('champion'))!.version
  }
  const before = await versionOf()
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit(`/train/${runs[0]!.run}`)
  const panel = workbench.panel('Register as model')
  await panel.getByRole('textbox', { name: 'Name', exact: true }).fill('churn')
  await panel.getByRole('textbox', { name: 'Alias' }).fill('champion')
  await panel.getByRole('button', { name: 'Register', exact: true }).click()
  const said = panel.getByRole('status').filter({ hasText: '"champion"' })
  await expect(said).toContainText(`; before it named version ${before}.`)
  expect(await versionOf()).not.toBe(before)
  await panel.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(said).toContainText(`"champion" now names version ${before};`)
  expect(await versionOf()).toBe(before)
  await workbench.isSoundEverywhere('register-undo', process.env.LATHE_PICTURES)
})

test('an alias that a retrained version takes over is set back where it was taken', async ({ page }) => {
  for (const algorithm of ['baseline', 'gradient-boosting']) {
    const run = await workspace.json<Run>('train', 'customers', '--target', 'churn', '--algorithm', algorithm)
    const alias = algorithm === 'baseline' ? ['--alias', 'champion'] : []
    await workspace.json('register', run.run, '--name', 'weak', ...alias)
  }
  const versionOf = async () => {
    const { models } = await workspace.json<{ models: ModelVersion[] }>('models')
    return models.find(({ model, aliases }) => model === 'weak' && aliases.includes('champion'))!.version
  }
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit('/models/weak/2')
  const panel = workbench.panel('Retrain on a dataset')
  await panel.getByRole('combobox', { name: 'Dataset', exact: true }).click()
  await page.getByRole('option', { name: 'customers:1', exact: true }).click()
  await panel.getByRole('button', { name: 'Retrain', exact: true }).click()
  await expect(panel.getByText('Promoted', { exact: true })).toBeVisible({ timeout: 180_000 })
  expect(await versionOf()).toBe(3)
  await panel.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(panel.getByText(/^"champion" now names version 1;/)).toBeVisible()
  expect(await versionOf()).toBe(1)
  await workbench.isSound()

  // The file of a model from elsewhere has no page: it opens where its way is shown, under an address of its own.
  await workbench.visit('/models/iris-logistic/1')
  const wayOfFile = workbench.panel('Where it comes from, and where it went')
  await wayOfFile.getByRole('link', { name: /^iris-logistic\.onnx/ }).click()
  await expect(wayOfFile.getByRole('region', { name: 'iris-logistic.onnx' })).toContainText(/SHA-256\s*[0-9a-f]{64}/)
  await workbench.isSound()
  await page.goBack()
  await expect(wayOfFile.getByRole('region', { name: 'iris-logistic.onnx' })).toHaveCount(0)
})
