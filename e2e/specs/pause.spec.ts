import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { processOf, samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES
const title = 'Train neural network on digits:1'
const endless = ['epochs=100000', 'patience=100000', 'layers=16'].flatMap(each => ['--param', each])

test('a training is paused, resumed, stopped with its best; one whose process died is resumed or thrown away', async ({
  workspace,
  page,
}) => {
  workspace.env = { LATHE_CHECKPOINT_SECONDS: '0.5' }
  await workspace.json('import', join(samples, 'digits.csv'), '--name', 'digits')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  const main = page.getByRole('main')
  const button = (what: string, of = title) => main.getByRole('button', { name: `${what} ${of}`, exact: true })
  const points = page.getByText(/epoch \d+ of 100000/)
  const train = () =>
    workspace.run([
      'train',
      'digits',
      '--target',
      'digit',
      '--algorithm',
      'neural-network',
      '--device',
      'cpu',
      ...endless,
    ])

  const first = train()
  await workbench.enter('Train')
  await expect(points.first()).toBeVisible({ timeout: 180_000 })
  await button('Pause').press('Enter')
  await expect(button('Resume')).toBeVisible({ timeout: 180_000 })
  await expect(workbench.panel('Runs').getByText('paused', { exact: true }).first()).toBeVisible()
  expect((await first).stderr).toContain('is paused')
  await workbench.isSoundEverywhere('train-paused', pictures)
  await workbench.panel('Runs').getByRole('link', { name: 'neural-network on digits', exact: true }).click()
  await expect(button('Resume')).toBeVisible()
  await workbench.isSoundEverywhere('run-paused', pictures)
  // The job's title leads from what it works on to the job, and back.
  const jobTitle = main.locator('.job-line').getByRole('link', { name: title, exact: true })
  await jobTitle.click()
  await expect(page).toHaveURL(/\/pipelines\/job-/)
  await jobTitle.click()
  await expect(page).toHaveURL(/\/train\/run-/)
  await button('Resume').press('Enter')
  await expect(points.first()).toBeVisible({ timeout: 180_000 })
  await expect(page.getByText('It goes on from a checkpoint', { exact: false })).toBeVisible()
  await main.getByRole('button', { name: `Stop ${title} and keep the best`, exact: true }).press('Enter')
  await expect(workbench.panel('Scores with 95 % interval').getByRole('row').nth(1)).toBeVisible({ timeout: 180_000 })

  const second = train()
  await workbench.enter('Train')
  await expect(points.first()).toBeVisible({ timeout: 180_000 })
  const { runs } = await workspace.json<{ runs: Run[] }>('runs')
  const folder = join(workspace.folder, 'jobs', runs.find(({ status }) => status === 'running')!.job!)
  await expect.poll(() => existsSync(join(folder, 'checkpoint', 'state'))).toBe(true)
  process.kill((await processOf(folder))!, 'SIGKILL')
  await second
  await expect(button('Resume')).toBeVisible()
  await workbench.enter('Compare')
  await expect(button('Resume', 'neural-network on digits')).toBeVisible()
  await workbench.isSoundEverywhere('compare-interrupted', pictures)
  await button('Resume', 'neural-network on digits').press('Enter')
  await workbench.enter('Train')
  await expect(points.first()).toBeVisible({ timeout: 180_000 })
  await button('Pause').press('Enter')
  await expect(button('Resume')).toBeVisible({ timeout: 180_000 })
  // More than half a minute of work is not lost by one key: it is asked about, and Escape or Enter go on.
  await page.clock.setFixedTime(Date.now() + 60_000)
  await button('Cancel').press('Enter')
  const sure = main.getByRole('group', { name: `Cancel ${title}?`, exact: true })
  await expect(sure.getByRole('button', { name: `Go on with ${title}`, exact: true })).toBeFocused()
  await workbench.isSoundEverywhere('train-cancel', pictures)
  await page.keyboard.press('Escape')
  await expect(sure).toHaveCount(0)
  await workbench.cancel(button('Cancel'))
  await expect(button('Resume')).toHaveCount(0)
  await expect(workbench.panel('Runs').getByText('cancelled', { exact: true }).first()).toBeVisible()
  // It is swept after that is told.
  await expect.poll(() => existsSync(join(folder, 'checkpoint'))).toBe(false)
  expect(workbench.complaints).toEqual([])
})
