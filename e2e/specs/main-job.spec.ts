import { join } from 'node:path'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, runner, test } from '../runners/index.ts'

/** The whole job without the terminal: a file, trainings, a model, a deployment that answers, watched, and taken away. */
const pictures = process.env.LATHE_PICTURES

test('from a file to a watched service and back, in the window alone', async ({ workspace, page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())

  await workbench.enter('Data')
  if (runner === 'browser') {
    await page.getByLabel('Or the full path of a file on this machine').fill(join(samples, 'no-such-file.csv'))
    await page.getByRole('button', { name: 'Look at it', exact: true }).click()
    await expect(page.getByRole('alert')).toContainText('no-such-file.csv')
    // The browser itself writes down every refused request.
    await workbench.complained('404')
    await page.getByRole('button', { name: 'Another file', exact: true }).click()
  }
  await page.locator('input[type=file]').setInputFiles(join(samples, 'breast-cancer.csv'))
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('cells')
  await expect(page.getByRole('combobox', { name: 'Target column' })).toHaveValue('diagnosis')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('cells:1')
  await expect(workbench.panel('Rows').getByRole('status')).toHaveText('569')
  await workbench.isSoundEverywhere('dataset', pictures)

  await page.getByRole('link', { name: 'Train on this', exact: true }).click()
  await page.getByRole('button', { name: /^Train 4 algorithms/ }).click()
  const runs = workbench.panel('Runs')
  await expect(runs.getByRole('cell', { name: 'done', exact: true })).toHaveCount(4, { timeout: 180_000 })
  await expect(runs.getByRole('cell', { name: 'chosen on validation', exact: true })).toBeVisible()
  await runs.getByRole('link', { name: 'gradient-boosting on cells', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('gradient-boosting on cells')
  await workbench.isSoundEverywhere('run', pictures)
  const register = workbench.panel('Register as model')
  await register.getByRole('textbox', { name: 'Alias' }).fill('champion')
  await register.getByRole('button', { name: 'Register', exact: true }).click()
  await expect(page.getByRole('status').getByRole('link', { name: 'cells:1', exact: true })).toBeVisible()

  await workbench.enter('Deploy')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('cells-service')
  await page.getByRole('button', { name: 'Show the plan', exact: true }).click()
  await expect(page.getByRole('region', { name: 'What would change' }).getByRole('listitem')).not.toHaveCount(0)
  await page.getByRole('button', { name: 'Deploy', exact: true }).click()
  await page.getByRole('status').getByRole('link', { name: 'cells-service', exact: true }).click()
  await expect(workbench.panel('Replicas').getByText('1 of 1 ready', { exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('deployment', pictures)
  const program = page.getByRole('region', { name: 'What to paste', exact: true })
  const pasted = /^curl -sS '(.+)' -H .* -d '(.*)'$/
  await expect(program).toHaveText(pasted)
  const [, address, body] = pasted.exec((await program.textContent())!)!
  const answer = await page.request.post(address!, { data: JSON.parse(body!) })
  const { prediction } = (await answer.json()).outputs[0]
  await workbench.panel('Ask it').getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(workbench.panel('Ask it').locator('output')).toHaveText(prediction)

  await page.getByRole('button', { name: 'Watch it', exact: true }).click()
  await expect(page.getByText('Too few rows so far to tell drift from chance.', { exact: true })).toBeVisible()
  await page.goBack()
  await page.getByLabel('Type its name').fill('cells-service')
  await page.getByRole('button', { name: 'Take it away', exact: true }).click()
  const empty = workbench.panel('Deployments').getByText('Nothing is deployed: choose a model and a target above.')
  await expect(empty).toBeVisible()
  await expect(page.getByRole('main')).toBeFocused()
  expect((await workspace.json<{ deployments: unknown[] }>('deployments')).deployments).toEqual([])
})
