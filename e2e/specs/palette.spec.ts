import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { addNewer } from '../many-runs.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

test('Ctrl-K finds a run that is older than those the page knows', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const asked = ['--target', 'diagnosis', '--algorithm', 'baseline', '--name', "Ann's first"]
  const { run } = await workspace.json<Run>('train', 'cells', ...asked)
  addNewer(workspace.folder, 'run', run, 250)
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.jump("ann's", "Ann's first")
  await expect(page).toHaveURL(new RegExp(`/train/${run}$`))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText("Ann's first")
  await workbench.jump('copy 250', 'copy 250')
  await expect(page).toHaveURL(/\/train\/run-copy0250$/)
  await page.keyboard.press('Control+k')
  await expect(workbench.palette.getByRole('textbox')).toBeFocused()
  await page.keyboard.type('no such name')
  await expect(workbench.palette.getByText('Nothing of that name')).toBeVisible()
  await workbench.isSound()
})

test('Ctrl-K knows what each room can do, what is done with each object, and every part of the page that is open', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const { run } = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'baseline')
  await workspace.json('register', run, '--name', 'cells-model', '--alias', 'champion')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.jump('train on', 'Train on cells')
  await expect(page).toHaveURL(/\/train\?dataset=cells&target=diagnosis$/)
  // From another room to the panel that does it, ready to be filled in.
  await workbench.jump('package', 'Package cells-model:1')
  await expect(page).toHaveURL(/\/models\/cells-model\/1$/)
  await expect(workbench.panel('Package as an image').locator(':focus')).toHaveCount(1)
  await workbench.jump('push to', 'Push to a registry')
  await expect(workbench.panel('Push to a registry').locator(':focus')).toHaveCount(1)
  // What stands on the page: its panels, and what its head offers.
  await workbench.visit(`/train/${run}`)
  await workbench.jump('register as', 'Register as model')
  await expect(workbench.panel('Register as model').locator(':focus')).toHaveCount(1)
  await workbench.jump('retrain from', 'Retrain from here')
  await expect(page).toHaveURL(new RegExp(`/train\\?from=${run}$`))
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('baseline on cells')
  await workbench.jump('explain', 'Explain baseline on cells')
  await expect(workbench.panel('What it goes by').getByRole('region', { name: 'Importance: table' })).toBeVisible()
  await workbench.jump('dark', 'Dark theme')
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await page.keyboard.press('Control+k')
  await expect(workbench.palette.getByText('Register as model', { exact: true })).toBeVisible()
  if (pictures) await page.screenshot({ path: join(pictures, 'palette-dark.png') })
  await workbench.isSound()
})
