import { join } from 'node:path'
import { samples, TestWorkspace } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, runner, test } from '../runners/index.ts'

/** The whole job without the terminal: a file, trainings, a model, a deployment that answers, watched, and taken away. */
const pictures = process.env.LATHE_PICTURES

test('from a file to a watched service and back, in the window alone', async ({ page }) => {
  test.setTimeout(240_000)
  const workspace = await TestWorkspace.make()
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())

  await workbench.enter('Data')
  if (runner === 'browser') {
    await page.getByLabel('Or the full path of a file on this machine').fill(join(samples, 'no-such-file.csv'))
    await page.getByRole('button', { name: 'Look at it' }).click()
    await expect(page.getByRole('alert')).toContainText('no-such-file.csv')
    // The browser itself writes down every refused request.
    expect(workbench.complaints.splice(0).join()).toContain('404')
    await page.getByRole('button', { name: 'Another file' }).click()
  }
  await page.locator('input[type=file]').setInputFiles(join(samples, 'breast-cancer.csv'))
  await page.getByRole('textbox', { name: 'Name' }).fill('cells')
  await expect(page.getByRole('combobox', { name: 'Target column' })).toHaveValue('diagnosis')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('cells:1')
  await expect(workbench.panel('Rows').getByRole('status')).toHaveText('569')
  await workbench.isSoundEverywhere('dataset', pictures)

  await page.getByRole('link', { name: 'Train on this' }).click()
  await page.getByRole('button', { name: /^Train 4 algorithms/ }).click()
  const runs = workbench.panel('Runs')
  await expect(runs.getByText('done')).toHaveCount(4, { timeout: 90_000 })
  await expect(runs.getByText('chosen on validation')).toBeVisible()
  await runs.getByRole('link', { name: 'gradient-boosting on cells' }).click()
  await workbench.isSoundEverywhere('run', pictures)
  await workbench.panel('Register as model').getByLabel('Alias').fill('champion')
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByRole('status').getByRole('link', { name: 'cells:1' })).toBeVisible()

  await workbench.enter('Deploy')
  await page.getByRole('textbox', { name: 'Name' }).fill('cells-service')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await expect(page.getByRole('region', { name: 'What would change' }).getByRole('listitem')).not.toHaveCount(0)
  await page.getByRole('button', { name: 'Deploy', exact: true }).click()
  await page.getByRole('status').getByRole('link', { name: 'cells-service' }).click()
  await expect(page.getByText('1 of 1 ready')).toBeVisible()
  await workbench.isSoundEverywhere('deployment', pictures)
  const command = (await page.locator('code.request').textContent())!
  const [, address, body] = /^curl -sS '(\S+)' .* -d '(.*)'$/.exec(command)!
  const answer = await page.request.post(address!, { data: JSON.parse(body!) })
  expect((await answer.json()).outputs[0].prediction).toBe('benign')

  await page.getByRole('button', { name: 'Watch it' }).click()
  await expect(page.getByText('Too few rows so far to tell drift from chance.', { exact: true })).toBeVisible()
  await page.goBack()
  await page.getByLabel('Type its name').fill('cells-service')
  await page.getByRole('button', { name: 'Take it away' }).click()
  await expect(page.getByText('Nothing is deployed')).toBeVisible()
  expect((await workspace.json<{ deployments: unknown[] }>('deployments')).deployments).toEqual([])
  await workspace.close()
})
