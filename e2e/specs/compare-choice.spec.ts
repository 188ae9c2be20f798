import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { samples } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

test('a run more is chosen without anything that is shown going away', async ({ workspace, page }) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const train = (name: string, ...args: string[]) =>
    workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--name', name, '--algorithm', ...args)
  const base = await train('base', 'baseline')
  const trees = await train('trees', 'gradient-boosting')
  await train('stumps', 'gradient-boosting', '--param', 'rounds=20')
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit(`/compare?runs=${base.run},${trees.run}`)
  const words = workbench.panel('Verdict').getByRole('status').getByRole('listitem')
  await expect(words).toHaveCount(1)
  const tested = workbench.panel('On the test rows')
  await tested.getByRole('slider', { name: 'Threshold' }).press('Home')
  await expect(tested.locator('output')).toHaveText('0.000')
  // What goes away, be it for a moment, takes its mark along.
  const marked = page.locator('main [data-marked]')
  const titles = ['Verdict', 'On the test rows', 'Learning curve', 'Curves', 'Two metrics']
  for (const title of titles) await workbench.panel(title).evaluate(panel => panel.setAttribute('data-marked', ''))
  const { promise: gone, resolve: letGo } = Promise.withResolvers<void>()
  await page.route(/\/runs\/compare$/, async route => {
    await gone
    await route.continue()
  })
  await page.getByRole('checkbox', { name: 'Compare stumps', exact: true }).check()
  await expect(tested.getByRole('region', { name: /^Confusion / })).toHaveCount(3)
  await expect(words).toHaveText([/^“2 trees” is truly better/])
  await expect(workbench.panel('Verdict').getByText('Comparing them on the same test rows…')).toBeVisible()
  letGo()
  await expect(words).toHaveText([/^“2 trees” is truly better/, /^“3 stumps” is truly better/])
  await expect(marked).toHaveCount(titles.length)
  await expect(tested.locator('output')).toHaveText('0.000')
  await workbench.isSound()
})
