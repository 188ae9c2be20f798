import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** Copies of the run, newer than it. */
function addNewer(folder: string, of: string, count: number): void {
  const database = new DatabaseSync(join(folder, 'registry.sqlite'))
  const known = database.prepare('SELECT * FROM runs WHERE run = ?').get(of) as Record<string, string | number | null>
  const names = Object.keys(known)
  const add = database.prepare(`INSERT INTO runs (${names}) VALUES (${names.map(name => `:${name}`)})`)
  const document = JSON.parse(known.document as string) as Run
  for (let i = 1; i <= count; i += 1) {
    const run = `run-copy${String(i).padStart(4, '0')}`
    const createdAt = document.createdAt + i
    const copy = { ...document, run, createdAt, name: `copy ${i}` }
    add.run({ ...known, run, created_at: createdAt, document: JSON.stringify(copy) })
  }
  database.close()
}

test('Ctrl-K finds a run that is older than those the page knows', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const asked = ['--target', 'diagnosis', '--algorithm', 'baseline', '--name', "Ann's first"]
  const { run } = await workspace.json<Run>('train', 'cells', ...asked)
  addNewer(workspace.folder, run, 250)
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
