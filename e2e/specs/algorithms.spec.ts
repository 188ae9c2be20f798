import { join } from 'node:path'
import { samples } from '../lathe.ts'
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
