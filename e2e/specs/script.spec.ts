import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES
let folder: string
test.skip(process.platform === 'win32', 'the scripts are of the shell')

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-script-'))
})
test.afterAll(() => rm(folder, { recursive: true, force: true }))

/** In the shape of iris; the fixture's model knows which is which. */
function flowers(): string {
  const means = { setosa: [5, 3.4, 1.5, 0.25], versicolor: [5.9, 2.8, 4.3, 1.3], virginica: [6.6, 3, 5.5, 2] }
  const lines = Object.entries(means).flatMap(([name, mean]) =>
    Array.from({ length: 60 }, (_, i) => {
      const values = mean.map((value, k) => (value + Math.sin(i * 7.3 + k * 2.1) * 0.5).toFixed(2))
      return [...values, name].join(',')
    }),
  )
  return ['sepal_length,sepal_width,petal_length,petal_width,species', ...lines].join('\n')
}

async function script(name: string, lines: string[]): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, `${lines.join('\n')}\n`)
  return file
}

test('a script of the shell is run, its model measured, its own numbers shown apart; a failing one says its last words', async ({
  workspace,
  page,
}) => {
  await writeFile(join(folder, 'flowers.csv'), flowers())
  await workspace.json('import', join(folder, 'flowers.csv'), '--name', 'flowers', '--target', 'species')
  const fixture = join(root, 'electron/engine/models/fixtures/iris-logistic.onnx')
  const fits = await script('fit.sh', [
    'set -e',
    'echo "learning $LATHE_TARGET with $1, token $TOKEN"',
    'echo \'{"step": 1, "loss": 0.9}\n{"step": 2, "loss": 0.4}\' > "$LATHE_OUTPUT/curves.jsonl"',
    'echo \'{"accuracy": 0.999}\' > "$LATHE_OUTPUT/metrics.json"',
    `cp "${fixture}" "$LATHE_OUTPUT/model.onnx"`,
  ])
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  const panel = workbench.panel('Your own script')
  await panel.getByText('Run a training script in Python', { exact: false }).click()
  const field = (name: string) => panel.getByRole('textbox', { name, exact: true })
  await field('File').fill(fits)
  await panel.getByRole('radiogroup', { name: 'Run by', exact: true }).getByText('A program', { exact: true }).click()
  await field('Program').fill('sh')
  await field('Arguments').fill('"two words"')
  await field('Environment').fill('TOKEN')
  await expect(panel.getByText('Line 1 is no NAME=VALUE', { exact: true })).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Run', exact: true })).toBeDisabled()
  await field('Environment').fill('TOKEN=tr0ub4dor')
  await panel.getByRole('combobox', { name: 'Dataset', exact: true }).click()
  await page.getByRole('option', { name: 'flowers', exact: true }).click()
  await expect(panel.getByRole('combobox', { name: 'Target', exact: true })).toHaveAttribute('placeholder', 'species')
  await workbench.isSoundEverywhere('script-form', pictures)

  await panel.getByRole('button', { name: 'Run', exact: true }).click()
  const facts = workbench.panel('Script')
  await expect(facts.getByText('TOKEN', { exact: true })).toBeVisible()
  const scores = workbench.panel('Scores with 95 % interval')
  await expect(scores.getByText('Log-loss', { exact: true })).toBeVisible({ timeout: 120_000 })
  await expect(facts.getByText('two words', { exact: true })).toBeVisible()
  await expect(facts.getByText('Processor time', { exact: true })).toBeVisible({
    visible: process.platform === 'linux',
  })
  const reported = workbench.panel('Reported by the script')
  await expect(reported.getByRole('row', { name: /^accuracy 0\.999/ })).toBeVisible()
  const log = page.getByRole('region', { name: 'Log: lines', exact: true })
  await expect(log).toContainText('learning species with two words, token •••')
  await expect(workbench.panel('Warnings')).toContainText('they are taken for setosa, versicolor, virginica')
  await expect(workbench.panel('Register as model')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Retrain from here', exact: true })).toBeHidden()
  await facts.scrollIntoViewIfNeeded()
  await workbench.isSoundEverywhere('script-run', pictures)

  const fails = await script('fails.sh', ['echo "the disk of the moon is full" >&2', 'exit 3'])
  await workbench.enter('Train')
  await panel.getByText('Run a training script in Python', { exact: false }).click()
  await field('File').fill(fails)
  await panel.getByRole('radiogroup', { name: 'Run by', exact: true }).getByText('A program', { exact: true }).click()
  await field('Program').fill('sh')
  await panel.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(panel.getByRole('alert')).toContainText('fails.sh ended with code 3: the disk of the moon is full')
  await expect(panel.getByRole('region', { name: 'Its last words', exact: true })).toHaveText(
    'the disk of the moon is full',
  )
  expect(await workbench.violations()).toEqual([])
})
