import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

test('what somebody moved since is not taken back unseen', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  for (const seed of ['1', '2']) {
    const settings = ['--target', 'diagnosis', '--algorithm', 'baseline', '--seed', seed]
    const { run } = await workspace.json<Run>('train', 'cells', ...settings)
    await workspace.json('register', run, '--name', 'cells-model')
  }
  await workspace.json('alias', 'cells-model:1', 'shadow')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit('/models/cells-model/1')
  const panel = workbench.panel('Aliases')
  await panel.getByRole('button', { name: 'Take away: shadow' }).click()
  await expect(panel.getByText('"shadow" names no version now; before it named version 1.')).toBeVisible()
  await workspace.json('alias', 'cells-model:2', 'shadow', '--reason', 'from elsewhere')
  await panel.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(panel.getByRole('alert')).toContainText('was moved meanwhile: it names version 2 now')
  await workbench.complained('409')
  // Gone again, it is set back as it was.
  await workspace.json('alias', 'cells-model:1', 'shadow')
  await panel.getByRole('button', { name: 'Take away: shadow' }).click()
  await panel.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(panel.getByText('"shadow" now names version 1; it is new.')).toBeVisible()
})
