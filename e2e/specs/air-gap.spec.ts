import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

test('the status bar says whether anything may leave, and opens the switch and the ledger', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  const { run } = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
  await workspace.json('register', run, '--name', 'cells-model')
  await workspace.json('deploy', 'cells-model', '--target', 'local', '--name', 'service')
  // Looks whether it is ready, by a connection.
  await workspace.json('deployments')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  const bar = page.getByRole('contentinfo')
  await expect(bar.getByRole('button', { name: /^device: \w+$/ })).toBeVisible()
  // By keyboard alone: open, switch, read, close.
  await bar.getByRole('button', { name: 'May connect out', exact: true }).press('Enter')
  const drawer = page.getByRole('dialog', { name: 'Connections', exact: true })
  await expect(drawer.getByText('No connection left this machine.', { exact: true })).toBeVisible()
  await drawer.getByRole('switch').press('Space')
  await expect(bar.getByText('Nothing leaves this machine', { exact: true })).toBeVisible()
  expect(await workspace.json('airgap')).toEqual({ airGap: true })
  await drawer.getByLabel('Show connections within this machine').check()
  // A line an hour.
  const row = drawer.getByRole('row').filter({ hasText: 'readiness of a model server' }).first()
  await expect(row).toContainText('127.0.0.1:')
  await expect(row).toContainText('this machine')
  await workbench.isSoundEverywhere('connections', pictures)
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  // Another window, or the command line, may turn the switch as well.
  await workspace.json('airgap', 'off')
  await expect(bar.getByRole('button', { name: 'May connect out', exact: true })).toBeVisible()
})

test('Ctrl-K turns the air gap and opens the ledger', async ({ workspace, page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await page.keyboard.press('Control+k')
  await expect(workbench.palette.getByRole('textbox')).toBeFocused()
  expect(await workbench.violations()).toEqual([])
  await page.keyboard.press('Escape')
  await expect(workbench.palette).toBeHidden()
  await workbench.jump('air gap on', 'Turn the air gap on')
  const bar = page.getByRole('contentinfo')
  await expect(bar.getByRole('button', { name: 'Nothing leaves this machine', exact: true })).toBeVisible()
  await workbench.jump('Show connections', 'Show connections')
  await expect(page.getByRole('dialog', { name: 'Connections', exact: true }).getByRole('switch')).toBeChecked()
  await page.keyboard.press('Escape')
  expect(workbench.complaints).toEqual([])

  // What is refused leads to the switch there and then.
  await workbench.enter('Monitor')
  const watch = workbench.panel('Watch')
  await watch.getByLabel('Deployment or address').fill('http://192.0.2.1:8080')
  await watch.getByRole('button', { name: 'Watch', exact: true }).click()
  const refusal = watch.getByRole('alert')
  await expect(refusal).toContainText('Nothing may leave this machine: the connection to 192.0.2.1:8080')
  await workbench.complained('403')
  await refusal.getByRole('button', { name: 'the switch “Air gap” behind the status bar' }).click()
  const gap = page.getByRole('dialog', { name: 'Connections', exact: true }).getByRole('switch')
  await expect(gap).toBeFocused()
  await gap.press('Space')
  await expect(bar.getByText('May connect out', { exact: true })).toBeVisible()
  await workbench.isSound()
})
