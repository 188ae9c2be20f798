import { join } from 'node:path'
import { root, samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

test('a model that answers 0 and 1 gets the names of the data, said beside what it answered', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const file = join(root, 'electron/engine/models/fixtures/cells-encoded.onnx')
  await workspace.json('import-model', file, '--name', 'theirs', '--dataset', 'cells')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Models')
  await workbench.panel('Versions').getByRole('link', { name: 'theirs', exact: true }).click()
  const panel = workbench.panel('Evaluate on a dataset')
  const evaluate = async () => {
    await panel.getByRole('combobox', { name: 'Dataset', exact: true }).click()
    await page.getByRole('option', { name: 'cells:1', exact: true }).click()
    await panel.getByRole('button', { name: 'Evaluate', exact: true }).click()
  }
  await evaluate()
  await expect(panel.getByRole('alert')).toHaveText(
    'The target "diagnosis" holds benign, malignant, and the model answers 0, 1.',
  )
  await workbench.complained('422')
  const form = panel.getByRole('form', { name: 'What its classes are called', exact: true })
  const make = form.getByRole('button', { name: 'Make the next version', exact: true })
  await expect(make).toBeDisabled()
  await expect(form.getByText('answered for 355 × benign, 5 × malignant', { exact: true })).toBeVisible()
  // Against what the rows suggest: it is said, and it is the person's to say.
  await form.getByRole('combobox', { name: 'Its class 0 is', exact: true }).click()
  await page.getByRole('option', { name: 'malignant', exact: true }).click()
  await form.getByRole('combobox', { name: 'Its class 1 is', exact: true }).click()
  await page.getByRole('option', { name: 'benign', exact: true }).click()
  await expect(form.getByRole('status')).toHaveText('With these names it is right on 1.23 % of 569 rows.')
  await form.getByRole('button', { name: 'As most rows agree (98.8 %)', exact: true }).click()
  await expect(form.getByRole('status')).toHaveText('With these names it is right on 98.8 % of 569 rows.')
  await workbench.isSoundEverywhere('class-names', pictures)
  await make.click()
  await form.getByRole('link', { name: 'theirs:2', exact: true }).click()
  await expect(page).toHaveURL(/\/models\/theirs\/2$/)
  await workbench.visit(page.url())
  await evaluate()
  await expect(panel.getByText('0.9877', { exact: true }).first()).toBeVisible()
})
