import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES

/** 3,000 rows of a text and two numbers, where what is so elsewhere is chance in one town above a number. */
function withWeakSlice(): string {
  let state = 1
  const random = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const lines = Array.from({ length: 3000 }, () => {
    const town = ['Graz', 'Linz', 'Wien'][Math.floor(random() * 3)]
    const [age, income] = [Math.floor(18 + random() * 60), Math.floor(random() * 1000)]
    const isChance = town === 'Linz' && age >= 48
    return [town, age, income, (isChance ? random() > 0.5 : income > 500) ? 'yes' : 'no'].join()
  })
  return ['town,age,income,bought', ...lines].join('\n')
}

test('a run is examined on a click: its weak slice opens the rows, groups and mishaps are there, and still are after a reload', async ({
  workspace,
  page,
}) => {
  const file = join(workspace.folder, 'people.csv')
  await writeFile(file, withWeakSlice())
  await workspace.json('import', file, '--name', 'people')
  const trained = ['train', 'people', '--target', 'bought', '--algorithm', 'gradient-boosting']
  await workspace.json(...trained)
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Train')
  await page.getByRole('link', { name: 'gradient-boosting on people', exact: true }).click()
  const panel = workbench.panel('Where it fails')
  await panel.getByRole('button', { name: 'Examine', exact: true }).click()
  const slices = panel.getByRole('region', { name: 'Weak slices: table' })
  await expect(slices.getByRole('link').first()).toBeVisible()
  await expect(slices.getByRole('link', { name: 'town = Linz' }).first()).toBeVisible()
  await expect(panel.getByRole('region', { name: 'By town: table' }).getByRole('row')).toHaveCount(4)
  await expect(panel.getByRole('img', { name: 'AUC by noise on all numbers', exact: true })).toBeVisible()
  await expect(panel.getByRole('region', { name: 'Rows that it gets most wrong: table' }).getByRole('row')).toHaveCount(
    21,
  )
  await workbench.isSoundEverywhere('examination', pictures)
  await page.reload()
  await expect(panel.getByRole('button', { name: 'Examine again', exact: true })).toBeEnabled()
  await slices.getByRole('link', { name: 'town = Linz' }).first().click()
  await expect(page).toHaveURL(/\/data\/people\?version=1&where=/)
  expect(workbench.complaints).toEqual([])
})
