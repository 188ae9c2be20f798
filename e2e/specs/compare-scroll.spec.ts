import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { samples } from '../lathe.ts'
import { multiplyRuns } from '../many-runs.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** The table of runs where there are more than fit: what is drawn anew as it is scrolled stays the same table. */
const edges = (cells: Locator) =>
  cells.evaluateAll(elements =>
    elements.map(element => {
      const { left, right } = element.getBoundingClientRect()
      return [Math.round(left), Math.round(right)]
    }),
  )

test('many runs: rows stay in order, columns under their heads, and focus with its run', async ({
  workspace,
  page,
}) => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  await workspace.json('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
  await workspace.json('train', 'cells', '--target', 'diagnosis', '--algorithm', 'decision-tree')
  await workspace.run(['stop'])
  multiplyRuns(workspace.folder, 300)
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit('/compare')
  const table = page.getByRole('region', { name: 'Runs: table' })
  const rows = table.getByRole('row').filter({ has: page.getByRole('checkbox') })
  const indices = () => rows.evaluateAll(all => all.map(row => Number(row.ariaRowIndex)))
  await expect(rows.nth(5)).toBeVisible()
  const heads = table.getByRole('columnheader')
  const headTop = (await heads.first().boundingBox())!.y

  const third = rows.nth(2)
  const name = await third.getByRole('link').textContent()
  await third.getByRole('checkbox').check()
  const focused = page.locator(':focus')
  await expect(table.locator('tr.chosen')).toHaveCount(1)
  const topOf = () => table.evaluate(element => element.scrollTop)
  /** Turns the wheel over the table and waits until the rows of there are drawn, with those around that are not in sight. */
  const turn = async (step: number) => {
    const top = (await topOf()) + step
    await page.mouse.wheel(0, step)
    await expect.poll(topOf).toBe(top)
    await expect.poll(async () => (await indices())[0]).toBe(2 + Math.max(0, Math.floor(top / 27) - 2))
  }
  for (const step of [27, 27, -54, 40, -40]) {
    await turn(step)
    await expect(focused).toHaveAccessibleName(new RegExp(`${name}$`))
  }
  await table.hover()
  const isInOrder = async () => {
    const found = await indices()
    expect(found).toEqual(found.map((_, i) => found[0]! + i))
    expect((await heads.first().boundingBox())!.y).toBe(headTop)
  }
  for (const step of [54, 54, 3000, -1111]) {
    await turn(step)
    await isInOrder()
  }
  await page.mouse.wheel(0, 90_000)
  await expect.poll(async () => (await indices()).at(-1)).toBe(301)
  await isInOrder()
  // Focus of a row that is gone is the table's, so that keys go on to scroll it.
  await expect(table).toBeFocused()

  // It goes as far as it is turned.
  await table.evaluate(element => element.scrollTo(0, 0))
  for (let turns = 1; turns <= 30; turns += 1) await turn(81)
  // What is selected stays selected while it is in sight, and does not become another row's.
  const selected = rows.nth(8).getByRole('link')
  const chosenText = (await selected.textContent())!
  const selection = () => page.evaluate('String(getSelection())')
  await selected.selectText()
  for (const step of [54, -81, 27, 108]) {
    await turn(step)
    expect(await selection()).toBe(chosenText)
  }
  for (const step of [3000, -1500]) {
    await turn(step)
    expect(await selection()).toBe('')
  }
  await workbench.isSoundEverywhere('compare-many', process.env.LATHE_PICTURES)

  await page.setViewportSize({ width: 1024, height: 700 })
  await page.getByRole('switch', { name: 'All columns' }).check()
  for (const left of [0, 900, 100_000]) {
    await table.evaluate((element, to) => element.scrollTo(to, 0), left)
    await expect
      .poll(async () => {
        const cells = rows.nth(1).locator('td:not([aria-hidden])')
        const columns = await cells.evaluateAll(all =>
          all.map((cell, i) => (cell.ariaColIndex ? Number(cell.ariaColIndex) - 1 : i)),
        )
        const [ofHeads, ofCells] = [await edges(heads), await edges(cells)]
        const right = await table.evaluate(element => element.getBoundingClientRect().left + element.clientWidth)
        if (columns.length <= 3 || ofCells.at(-1)![1]! < Math.floor(right)) return false
        return columns.every((column, i) => ofHeads[column]!.join() === ofCells[i]!.join())
      })
      .toBe(true)
    expect((await rows.nth(1).locator('td').first().boundingBox())!.x).toBeGreaterThanOrEqual(
      (await table.boundingBox())!.x,
    )
  }
  await workbench.isSoundEverywhere('compare-many-right', process.env.LATHE_PICTURES)
})
