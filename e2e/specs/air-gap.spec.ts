import { join } from 'node:path'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

test('the status bar says whether anything may leave, and opens the switch and the ledger', async ({ page }) => {
  const workspace = await TestWorkspace.make()
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  const { run } = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
  await workspace.json('register', run, '--name', 'cells-model')
  await workspace.json<Deployment>('deploy', 'cells-model', '--target', 'local', '--name', 'service')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await expect(page.getByText(/^device: \w+$/)).toBeVisible()
  const bar = page.getByRole('contentinfo')
  // By keyboard alone: open, switch, read, close.
  await bar.getByRole('button', { name: 'May connect out' }).focus()
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog', { name: 'Connections' })
  await expect(drawer.getByText('No connection left this machine.')).toBeVisible()
  await drawer.getByRole('switch').focus()
  await page.keyboard.press('Space')
  await expect(bar.getByText('Nothing leaves this machine')).toBeVisible()
  expect(await workspace.json('airgap')).toEqual({ airGap: true })
  await drawer.getByLabel('Show connections within this machine').check()
  const row = drawer.getByRole('row').filter({ hasText: 'readiness of a model server: Deploy' })
  await expect(row).toContainText('127.0.0.1:')
  await expect(row).toContainText('this machine')
  await workbench.isSoundEverywhere('connections', pictures)
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  // Another window, or the command line, may turn the switch as well.
  await workspace.json('airgap', 'off')
  await expect(bar.getByRole('button', { name: 'May connect out' })).toBeVisible()
  await workspace.run(['undeploy', 'service'])
  await workspace.close()
})

test('Ctrl-K turns the air gap and opens the ledger', async ({ page }) => {
  const workspace = await TestWorkspace.make()
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  const choose = async (text: string) => {
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog', { name: 'Go to a room or an object, or do something' })).toBeVisible()
    await page.getByPlaceholder('Go to a room or an object, or do something').fill(text)
    expect(await workbench.violations()).toEqual([])
    await page.getByRole('button', { name: text }).first().click()
    await expect(page.getByPlaceholder('Go to a room or an object, or do something')).toBeHidden()
  }
  await choose('Turn the air gap on')
  await expect(page.getByRole('contentinfo').getByText('Nothing leaves this machine')).toBeVisible()
  await choose('Show connections')
  await expect(page.getByRole('dialog', { name: 'Connections' }).getByRole('switch')).toBeChecked()
  expect(workbench.complaints).toEqual([])
  await workspace.close()
})
