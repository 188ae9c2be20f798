import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** What errors cost in the Compare room: a table of several classes, two classes beside the threshold, numbers. */
const pictures = process.env.LATHE_PICTURES
let shared: TestWorkspace
const ids: Record<string, string> = {}

test.beforeAll(async () => {
  shared = await TestWorkspace.make()
  const train = async (dataset: string, target: string, name: string, ...args: string[]) => {
    const run = await shared.json<Run>('train', dataset, '--target', target, '--name', name, ...args)
    ids[name] = run.run
  }
  for (const [sample, target] of [
    ['digits', 'digit'],
    ['diabetes', 'progression'],
    ['breast-cancer', 'diagnosis'],
  ] as const) {
    await shared.json('import', join(samples, `${sample}.csv`), '--name', sample)
    await train(sample, target, `${sample}-base`, '--algorithm', 'baseline')
    await train(sample, target, `${sample}-linear`, '--algorithm', 'linear')
  }
  const label = (i: number) =>
    i ? `class ${i} <b>of a very long name</b> that no column is wide enough for ${'x'.repeat(60)}` : 'قطة"'
  const rowsOf = (classes: number) =>
    Array.from(
      { length: 40 * classes },
      (_, i) => `${i % classes},${(i * 7) % 5},"${label(i % classes).replaceAll('"', '""')}"`,
    )
  for (const count of [20, 21]) {
    const file = join(shared.folder, `labels-${count}.csv`)
    await writeFile(file, ['a,b,what', ...rowsOf(count)].join('\n'))
    await shared.json('import', file, '--name', `labels-${count}`)
    for (const name of ['one', 'two'])
      await train(`labels-${count}`, 'what', `${name}-${count}`, '--algorithm', 'baseline')
  }
})
test.afterAll(() => shared.close())

/** What errors of two runs cost. */
async function open(workbench: WorkbenchPage, ...names: [string, string]) {
  await workbench.open(await shared.url())
  await workbench.visit(`/compare?runs=${names.map(name => ids[name]).join()}`)
  return workbench.panel('On the test rows').getByRole('region', { name: 'What errors cost', exact: true })
}

test('a table of costs is typed in and pasted, worked out, and kept', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  const costs = await open(workbench, 'digits-base', 'digits-linear')
  const cell = (truth: string, answer: string) =>
    costs.getByRole('textbox', { name: `${truth} answered by ${answer} costs`, exact: true })
  await expect(cell('1', '7')).toHaveValue('1')
  await expect(cell('4', '4')).toHaveValue('0')
  const work = costs.getByRole('button', { name: 'Work it out on the test rows', exact: true })
  await cell('1', '7').fill('dear')
  await expect(cell('1', '7')).toHaveAttribute('aria-invalid', 'true')
  await expect(work).toBeDisabled()
  await cell('1', '7').focus()
  await page.evaluate(`{
    const clipboardData = new DataTransfer()
    clipboardData.setData('text', '20\\t3\\n4\\t5\\n')
    const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
    document.activeElement.dispatchEvent(paste)
  }`)
  await expect(cell('1', '7')).toHaveValue('20')
  await expect(cell('2', '8')).toHaveValue('5')
  await work.click()
  const report = costs.getByRole('region', { name: 'What to answer: table', exact: true })
  await expect(report.getByRole('row')).toHaveCount(7, { timeout: 180_000 })
  await expect(report.getByRole('row').nth(5)).toContainText('the class of the least expected cost')
  await expect(report.getByRole('row').nth(6)).toContainText('always ')
  await report.scrollIntoViewIfNeeded()
  await workbench.isSoundEverywhere('costs-classes', pictures)
  await page.reload()
  await expect(cell('1', '7')).toHaveValue('20')
  await expect(report.getByRole('row')).toHaveCount(7)
  await cell('1', '7').fill('2')
  await expect(costs.getByText(/^Below is what was worked out for other costs/)).toBeVisible()
})

test('of numbers, what a unit too high and too low cost gives the shift, for each run', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  const costs = await open(workbench, 'diabetes-base', 'diabetes-linear')
  await costs.getByRole('textbox', { name: 'A unit too low costs', exact: true }).fill('4')
  await costs.getByRole('button', { name: 'Work it out on the test rows', exact: true }).click()
  const report = costs.getByRole('region', { name: 'What to answer: table', exact: true })
  await expect(report.getByRole('row')).toHaveCount(7, { timeout: 180_000 })
  await expect(report.getByRole('row').nth(5)).toContainText(/2 diabetes-linearshifted by \d/)
  await expect(report.getByRole('row').nth(5)).toContainText('cheaper')
  await report.scrollIntoViewIfNeeded()
  await workbench.isSoundEverywhere('costs-numbers', pictures)
  // Costs that say nothing are refused in words, and what there was stays.
  for (const name of ['A unit too low costs', 'A unit too high costs'])
    await costs.getByRole('textbox', { name, exact: true }).fill('0')
  await costs.getByRole('button', { name: 'Work it out on the test rows', exact: true }).click()
  await expect(costs.getByRole('alert')).toContainText('One of the costs must be above 0')
  await expect(report.getByRole('row')).toHaveCount(7)
})

test('of two classes, what was typed beside the threshold is kept with the run', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  const costs = await open(workbench, 'breast-cancer-base', 'breast-cancer-linear')
  const miss = costs.getByRole('textbox', { name: /^malignant taken for benign costs/ })
  await miss.fill('50')
  await costs.getByRole('button', { name: 'Work it out on the test rows', exact: true }).click()
  const report = costs.getByRole('region', { name: 'What to answer: table', exact: true })
  await expect(report.getByRole('row')).toHaveCount(9, { timeout: 180_000 })
  await expect(report.getByRole('row').nth(7)).toContainText('malignant from a probability of 0.')
  await report.scrollIntoViewIfNeeded()
  await workbench.isSoundEverywhere('costs-two', pictures)
  await page.reload()
  await expect(miss).toHaveValue('50')
})

test('twenty classes of absurd names fit, and more are said to be too many', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  const costs = await open(workbench, 'one-20', 'two-20')
  await expect(costs.getByRole('textbox')).toHaveCount(400)
  await costs.getByRole('button', { name: 'Work it out on the test rows', exact: true }).click()
  await expect(costs.getByRole('region', { name: 'What to answer: table' }).getByRole('row')).toHaveCount(7, {
    timeout: 180_000,
  })
  await costs.getByRole('region', { name: 'What each answer costs', exact: true }).scrollIntoViewIfNeeded()
  await workbench.isSoundEverywhere('costs-twenty', pictures)
  const many = await open(workbench, 'one-21', 'two-21')
  await expect(page.getByText(/^A table of costs takes at most 20 classes, and these runs have 21: /)).toBeVisible()
  await expect(many.getByRole('textbox')).toHaveCount(2)
  await workbench.isSound()
})
