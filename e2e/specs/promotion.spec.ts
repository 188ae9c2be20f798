import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'
import { withWeakSlice } from '../weak-slice.ts'

const pictures = process.env.LATHE_PICTURES

test('a version whose run breaks a pinned check becomes champion only when that is said again, and back', async ({
  workspace,
  page,
}) => {
  const file = join(workspace.folder, 'people.csv')
  await writeFile(file, withWeakSlice())
  await workspace.json('import', file, '--name', 'people')
  const { run } = await workspace.json<Run>('train', 'people', '--target', 'bought', '--algorithm', 'linear')
  await workspace.json('register', run, '--name', 'buyers')
  await workspace.json('examine', run)
  await workspace.json('pin', run, '--most', '0.001')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit('/models/buyers/1')
  const panel = workbench.panel('Aliases')
  await panel.getByRole('combobox', { name: 'Alias', exact: true }).fill('champion')
  await panel.getByRole('button', { name: 'Point it here', exact: true }).press('Enter')
  await expect(panel.getByRole('alert')).toContainText('breaks a pinned check')
  await workbench.complained('409')
  await workbench.isSoundEverywhere('promotion', pictures)
  await panel.getByRole('button', { name: 'Make it champion all the same', exact: true }).click()
  await expect(panel.getByRole('status')).toContainText('"champion" now names version 1')
  await expect(panel.getByRole('alert')).toBeHidden()
  await panel.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(panel.getByRole('status')).toContainText('"champion" names no version now')
})
