import type { Run } from '../../shared/model/run.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

test('the finished sample project is one click away, explains itself in every room, and goes with one click', async ({
  workspace,
  page,
}) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await page.getByRole('button', { name: 'Open the finished sample project', exact: true }).click()
  await expect(workbench.panel('Making the sample project')).toBeVisible()
  const note = page.getByRole('complementary', { name: 'This is the sample', exact: true })
  await expect(note).toBeVisible({ timeout: 90_000 })
  await expect(workbench.panel('Endpoints').getByRole('cell', { name: 'drift', exact: true })).toBeVisible()
  for (const room of await workbench.rooms.allTextContents()) {
    await workbench.enter(room)
    await expect(note).toBeVisible()
    await workbench.isSoundEverywhere(`sample-${room.toLowerCase()}`, pictures)
  }
  // A note that was closed stays closed, in its room alone.
  await note.getByRole('button', { name: 'Close this note', exact: true }).click()
  await expect(note).toBeHidden()
  await workbench.visit(new URL(page.url()).pathname)
  await expect(note).toBeHidden()

  // What a person made of it under another name stays when the sample goes, with the run and the data it came from.
  const { runs } = await workspace.json<{ runs: Run[] }>('runs')
  const linear = runs.find(({ algorithm }) => algorithm === 'linear')!
  await workspace.json('register', linear.run, '--name', 'mine')
  await workbench.enter('Overview')
  await page.getByRole('button', { name: 'Remove the sample', exact: true }).click()
  await expect(workbench.panel('Deployments')).toContainText('Nothing is deployed')
  // The service goes first, and all the rest at once.
  await expect(workbench.panel('Models').getByRole('link', { name: 'sample-model', exact: true })).toHaveCount(0)
  await expect(workbench.panel('Models').getByRole('link', { name: 'mine', exact: true })).toBeVisible()
  expect((await workspace.json<{ runs: Run[] }>('runs')).runs.map(({ run }) => run)).toEqual([linear.run])
  expect(await workspace.json('models')).toMatchObject({ models: [{ model: 'mine' }] })
  expect(await workspace.json<{ ok: boolean }>('doctor')).toMatchObject({ ok: true })
  expect(workbench.complaints).toEqual([])
})
