import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { root, samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

test('the form offers what learns the target; seldom changed settings are out of sight until asked', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'diabetes.csv'), '--name', 'diabetes', '--target', 'progression')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  const form = workbench.panel('New training')
  await expect(form.getByRole('checkbox', { name: 'Naive Bayes', exact: true })).toBeDisabled()
  await expect(form.getByRole('checkbox', { name: 'Nearest neighbours', exact: true })).not.toBeChecked()
  await form.getByText('Settings of Neural network', { exact: true }).click()
  const dropout = form.getByRole('textbox', { name: 'dropout', exact: true })
  const norm = form.getByRole('combobox', { name: 'norm', exact: true })
  await expect(dropout).toBeVisible()
  await expect(norm).toBeHidden()
  await form.getByText('More settings', { exact: true }).last().click()
  await expect(norm).toBeVisible()
  await workbench.isSoundEverywhere('algorithms', pictures)
})

test('a head is put on a model that is chosen from those there are', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const file = join(root, 'electron/engine/training/fine-tune/fixtures/cells-mlp.onnx')
  await workspace.json('import-model', file, '--name', 'theirs', '--dataset', 'cells')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  const form = workbench.panel('New training')
  for (const name of ['Baseline', 'Linear model', 'Gradient boosting', 'Neural network']) {
    await form.getByRole('checkbox', { name, exact: true }).uncheck()
  }
  await form.getByRole('checkbox', { name: 'Fine-tune', exact: true }).check()
  await form.getByText('Settings of Fine-tune', { exact: true }).click()
  await form.getByRole('combobox', { name: 'model', exact: true }).click()
  await page.getByRole('option', { name: 'theirs:1', exact: true }).click()
  // Its tensors are listed with their shapes; the one that its last layer takes is what is meant when none is chosen.
  const tensor = form.getByRole('combobox', { name: 'freeze-at', exact: true })
  await expect(tensor).toHaveAttribute('placeholder', 'next_activations1 [10]')
  const frozen = (name: string, numbers: number) =>
    form.getByText(`theirs:1 stays as it is up to "${name}": the head learns from its ${numbers} numbers a row`)
  await expect(frozen('next_activations1', 10)).toBeVisible()
  await tensor.click()
  await expect(
    page.getByRole('option', { name: /^next_activations1 \[10\] ?Relu, taken by the last layer$/ }),
  ).toBeVisible()
  await page.getByRole('option', { name: /^next_activations \[20\]/ }).click()
  await expect(frozen('next_activations', 20)).toBeVisible()
  await workbench.isSoundEverywhere('fine-tune', pictures)
  await form.getByRole('button', { name: 'Train', exact: true }).click()
  await workbench.panel('Runs').getByRole('link', { name: 'fine-tune on cells', exact: true }).click()
  await expect(page.getByText('theirs:1 stays as it is up to "next_activations"', { exact: false })).toBeVisible({
    timeout: 120_000,
  })
})

test('of a forest the scores out of the bag stand beside the others', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const forest = ['train', 'cells', '--target', 'diagnosis', '--algorithm', 'random-forest', '--param', 'trees=30']
  const run = await workspace.json<Run>(...forest)
  const found = run.findings
  if (found?.kind !== 'out-of-bag') throw new Error('The forest found nothing out of the bag')
  expect([found.rows, found.of]).toEqual([run.rows!.train, run.rows!.train])
  expect(found.metrics.auc).toBeGreaterThan(0.96)
  expect(Object.keys(found.metrics)).toEqual(Object.keys(run.metrics))
  const { stdout } = await workspace.run(['run', run.run])
  expect(stdout).toContain(`Out of the bag (${found.rows} of ${found.of} training rows`)
  // Rows of one group are in and out of the bag: they would flatter it.
  const { findings } = await workspace.json<Run>(...forest, '--split', 'mean radius', '--split-by', 'group')
  expect(findings).toBeNull()
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit(`/train/${run.run}`)
  const scores = workbench.panel('Scores with 95 % interval')
  await expect(scores.getByRole('columnheader', { name: 'Out of the bag' })).toBeVisible()
  await expect(scores.getByText(found.metrics.auc!.toPrecision(4), { exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('out-of-bag', pictures)
})

test('what a linear model adds up and what a tree asks can be read', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const train = (algorithm: string, name: string) =>
    workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', algorithm, '--name', name)
  const linear = await train('linear', 'sum')
  const tree = await train('decision-tree', 'questions')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit(`/train/${linear.run}`)
  const weights = workbench.panel('What it adds up')
  await expect(weights.getByRole('columnheader', { name: 'Odds ratio', exact: true })).toBeVisible()
  // Malignant is the second class: larger cells speak for it.
  const radius = weights.getByRole('row').filter({ hasText: 'worst radius' })
  await expect(radius.getByRole('cell').nth(1)).toHaveText(/^\+/)
  await workbench.isSoundEverywhere('learned-weights', pictures)

  await workbench.visit(`/train/${tree.run}`)
  const questions = workbench.panel('The tree')
  await expect(questions.getByText('All training rows', { exact: true })).toBeVisible()
  const first = questions.getByRole('listitem').first().locator('summary').first()
  const below = questions.getByText(/ ≤ /).first()
  await expect(below).toBeVisible()
  await first.press('Enter')
  await expect(below).toBeHidden()
  await first.press('Enter')
  await expect(below).toBeVisible()
  await workbench.isSoundEverywhere('learned-tree', pictures)
})
