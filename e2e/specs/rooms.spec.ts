import { join } from 'node:path'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** Every room in its states: sound in both themes and sizes, reached from the rail, by address and by Ctrl-K. */
const pictures = process.env.LATHE_PICTURES
const cells = join(samples, 'breast-cancer.csv')

test('every room of an empty workspace says what to do next', async ({ workspace, page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  for (const room of await workbench.roomNames()) {
    await workbench.enter(room)
    await workbench.isSoundEverywhere(`${room.toLowerCase()}-empty`, pictures)
  }
  await workbench.visit('/nowhere/x')
  await expect(page.getByText('There is no room "nowhere": this is the overview.', { exact: true })).toBeVisible()
})

test('every room of a used workspace, and Ctrl-K to what is in it', async ({ workspace, page }) => {
  await workspace.json('import', cells, '--name', 'cells', '--target', 'diagnosis')
  const run = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--seed', '1')
  await workspace.json('register', run.run, '--name', 'cells-model', '--alias', 'champion')
  const { url } = await workspace.json<Deployment>('deploy', 'cells-model', '--target', 'local', '--name', 'service')
  await workspace.json('watch', url ?? '', '--name', 'watched')
  await workspace.json('replay', cells, '--to', url ?? '')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  for (const room of await workbench.roomNames()) {
    await workbench.enter(room)
    await workbench.isSoundEverywhere(room.toLowerCase(), pictures)
  }

  await workbench.jump('cells-model', 'cells-model:1')
  await expect(page).toHaveURL(/\/models\/cells-model\/1$/)
  await workbench.isSound()
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText((await workbench.roomNames()).at(-1)!)

  await workbench.jump('Import breast', 'Import breast-cancer.csv as cells')
  await expect(page).toHaveURL(/\/pipelines\/job-/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Import breast-cancer.csv')
})
