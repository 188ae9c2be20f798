import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Comparison, Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'
import { drawn, painted } from '../pages/charts.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** The Compare room: empty, asked, refused and full; the verdict, the axes, the cursor and the threshold. */
const pictures = process.env.LATHE_PICTURES
let shared: TestWorkspace
const ids: Record<string, string> = {}

test.beforeAll(async () => {
  shared = await TestWorkspace.make()
  await shared.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
  const train = async (name: string, ...args: string[]) => {
    const run = await shared.json<Run>('train', 'cells', '--target', 'diagnosis', '--name', name, ...args)
    ids[name] = run.run
  }
  await train('base', '--algorithm', 'baseline', '--seed', '1')
  await train('trees', '--algorithm', 'gradient-boosting', '--seed', '1')
  await train('stumps', '--algorithm', 'gradient-boosting', '--seed', '1', '--param', 'rounds=20')
  await train('elsewhere', '--algorithm', 'linear', '--seed', '2')
})
test.afterAll(() => shared.close())

const addressOf = (...names: string[]) => `/compare?runs=${names.map(name => ids[name]).join()}`

/** Keeps a call of the page on its way until it is let go. */
async function hold(page: Page, call: RegExp): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(call, async route => {
    await promise
    await route.continue()
  })
  return resolve
}

/** What comes late, and pushes away what is below it. */
async function isWhole(workbench: WorkbenchPage, runs: number): Promise<void> {
  await expect(workbench.panel('Verdict').getByRole('status').getByRole('listitem')).toHaveCount(runs - 1)
  await expect(workbench.panel('On the test rows').getByRole('region', { name: /^Confusion / })).toHaveCount(runs)
}

test('a workspace without runs says what to do next', async ({ workspace, page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Compare')
  const runs = workbench.panel('Runs')
  await expect(runs.getByText(/^No run yet\./)).toBeVisible()
  await expect(runs.getByRole('link', { name: 'Go to the runs', exact: true })).toBeVisible()
  await workbench.isSound()
})

test('the verdict comes as soon as two runs are chosen, in words, and is not computed again', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await shared.url())
  await workbench.enter('Compare')
  const letGo = await hold(page, /\/runs\/compare$/)
  await page.getByRole('checkbox', { name: 'Compare base', exact: true }).check()
  await page.getByRole('checkbox', { name: 'Compare trees', exact: true }).check()
  const verdict = workbench.panel('Verdict')
  await expect(verdict.getByText('Comparing them on the same test rows…', { exact: true })).toBeVisible()
  await workbench.isSound()
  letGo()
  const words = verdict.getByRole('status').getByRole('listitem')
  await expect(words).toHaveText(/^“2 trees” is truly better than “1 base”\. AUC /)

  const { differences, rows } = await shared.json<Comparison>('compare', ids.base!, ids.trees!)
  const { difference, interval } = differences.find(({ metric }) => metric === 'auc')!
  const [middle, low, high] = [difference, ...interval].map(value => `+${value.toPrecision(2)}`)
  const numbers = `AUC ${middle}, 95 % interval ${low} to ${high}, on the same ${rows} test rows.`
  await expect(words).toHaveText(`“2 trees” is truly better than “1 base”. ${numbers}`)
  await workbench.enter('Models')
  await page.goBack()
  await expect(words).toHaveText(`“2 trees” is truly better than “1 base”. ${numbers}`)
  expect(await shared.json('jobs', '--kind', 'compare')).toMatchObject({ total: 1 })
  await workbench.isSoundEverywhere('compare-verdict', pictures)

  // Against itself but for its rounds, it is what it is; a call that fails says so, and is made again.
  await page.unrouteAll({ behavior: 'wait' })
  await page.route(/\/runs\/compare$/, route => route.abort())
  await page.getByRole('checkbox', { name: 'Compare stumps', exact: true }).check()
  await expect(verdict.getByRole('alert')).toBeVisible()
  if (pictures) await page.screenshot({ path: join(pictures, 'compare-error.png') })
  expect(await workbench.violations()).toEqual([])
  await workbench.complained('ERR_FAILED')
  await page.unrouteAll({ behavior: 'wait' })
  await verdict.getByRole('button', { name: 'Compare again', exact: true }).click()
  await expect(words).toHaveText([/^“2 trees” is truly better /, /^“3 stumps” is truly better /])
  await expect(verdict.getByRole('alert')).toHaveCount(0)
  await workbench.isSound()
})

test('a run alone shows its test rows, threshold and costs, and nothing that wants another', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await shared.url())
  await workbench.visit(`/train/${ids.trees}`)
  await page.getByRole('link', { name: 'On the test rows', exact: true }).click()
  await expect(page.getByRole('checkbox', { name: 'Compare trees', exact: true })).toBeChecked()
  const panel = workbench.panel('On the test rows')
  await expect(panel.getByRole('region', { name: /^Confusion / }).getByRole('table')).toHaveCount(1)
  // What was answered rightly stands out where the system forces its own colours.
  await workbench.look({ colorScheme: 'dark', forcedColors: 'active' })
  await expect(panel.getByRole('cell', { name: /^\d+$/ }).first()).toHaveCSS('outline-style', 'solid')
  await page.emulateMedia({ forcedColors: null })
  await panel.getByRole('slider', { name: 'Threshold' }).press('Home')
  await expect(panel.locator('output')).toHaveText('0.000')
  await expect(panel.getByRole('region', { name: 'What errors cost', exact: true })).toBeVisible()
  await expect(workbench.panel('Curves')).toBeVisible()
  await expect(page.getByText('Choose one run to look into it,')).toBeVisible()
  for (const name of ['Verdict', 'Settings that differ']) await expect(workbench.panel(name)).toHaveCount(0)
  await workbench.isSoundEverywhere('compare-alone', pictures)
})

test('Back brings the chosen runs back when all were let go', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await shared.url())
  await workbench.visit(addressOf('trees', 'stumps'))
  const chosen = page.getByRole('checkbox', { name: /^Compare /, checked: true })
  await expect(chosen).toHaveCount(2)
  await page.getByRole('button', { name: 'Choose none', exact: true }).click()
  await expect(chosen).toHaveCount(0)
  await expect(page).toHaveURL(/\/compare$/)
  await page.goBack()
  await expect(chosen).toHaveCount(2)
  expect(new URL(page.url()).search).toBe(new URL(addressOf('trees', 'stumps'), page.url()).search)
  await expect(workbench.panel('Curves')).toBeVisible()
})

test('runs of other test rows have no verdict, which is said and not asked', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await shared.url())
  await workbench.visit(addressOf('trees', 'elsewhere'))
  const verdict = workbench.panel('Verdict')
  await expect(verdict.getByText(/^There is no verdict between runs /)).toBeVisible()
  await workbench.isSound()

  // Among more of them those that can be compared are told, and one click away.
  await workbench.visit(addressOf('base', 'elsewhere', 'trees'))
  const groups = verdict.getByRole('listitem')
  await expect(groups).toHaveText([
    '“diagnosis” (two classes, positive malignant) in cells:1, 113 test rows, seed 1: 1 base, 3 trees Only these 2',
    '“diagnosis” (two classes, positive malignant) in cells:1, 113 test rows, seed 2: 2 elsewhere Only this one',
  ])
  await expect(workbench.panel('Two metrics').getByText(/^Not all of these runs were asked the same /)).toBeVisible()
  const row = (name: RegExp) => page.getByRole('region', { name: 'Runs: table' }).getByRole('row', { name })
  await expect(row(/trees/).locator('.delta').first()).toBeVisible()
  await expect(row(/elsewhere/)).toBeVisible()
  await expect(row(/elsewhere/).locator('.delta')).toHaveCount(0)
  await workbench.isSoundEverywhere('compare-unalike', pictures)
  await groups.getByRole('link', { name: 'Only these 2', exact: true }).click()
  await expect(verdict.getByRole('status').getByRole('listitem')).toHaveText(/^“2 trees” is truly better than “1 base”/)
})

test('axes are moved by keys and by the pointer, and the address keeps their order', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await shared.url())
  await workbench.visit(addressOf('base', 'trees', 'stumps'))
  await isWhole(workbench, 3)
  const axes = workbench.panel('Settings and metrics').getByRole('list', { name: 'Order of the axes' })
  const button = axes.getByRole('button')
  await expect(button.first()).toBeVisible()
  const [first, second, ...others] = await button.allTextContents()
  await button.first().press('ArrowRight')
  await expect(button).toHaveText([second!, first!, ...others])
  await expect(button.nth(1)).toBeFocused()
  await page.keyboard.press('End')
  await expect(button).toHaveText([second!, ...others, first!])
  await expect(button.last()).toBeFocused()
  const last = others.at(-1)!
  await button.nth(others.length).dragTo(button.first())
  await expect(button).toHaveText([last, second!, ...others.slice(0, -1), first!])
  // What is kept of an axis stays kept when it is moved.
  const chart = workbench.panel('Settings and metrics').getByRole('img', { name: 'Settings and metrics' })
  await chart.scrollIntoViewIfNeeded()
  const bare = await drawn(chart)
  const box = (await chart.boundingBox())!
  await page.mouse.move(box.x + 50, box.y + 100)
  await page.mouse.down()
  await page.mouse.move(box.x + 50, box.y + 240, { steps: 8 })
  await page.mouse.up()
  await expect.poll(() => painted(chart)).toBeGreaterThan(bare + 1000)
  await button.first().press('ArrowRight')
  await expect(button).toHaveText([second!, last, ...others.slice(0, -1), first!])
  await expect.poll(() => painted(chart)).toBeGreaterThan(bare + 1000)
  await page.keyboard.press('ArrowLeft')
  await expect(button).toHaveText([last, second!, ...others.slice(0, -1), first!])
  // It stays when another run is chosen, and when the page comes anew.
  await page.getByRole('checkbox', { name: 'Compare stumps', exact: true }).uncheck()
  await page.getByRole('checkbox', { name: 'Compare stumps', exact: true }).check()
  await page.reload()
  await expect(button).toHaveText([last, second!, ...others.slice(0, -1), first!])
  await axes.scrollIntoViewIfNeeded()
  await workbench.isSoundEverywhere('compare-axes', pictures)
})

test('lines are kept by keys alone: between two numbers of an axis, or at one of its values', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await shared.url())
  // What draws the charts may come later than a person begins.
  const letGo = await hold(page, /\/echarts-[^/]*\.js$/)
  await workbench.visit(addressOf('base', 'trees', 'stumps'))
  const range = workbench.panel('Settings and metrics').getByRole('group', { name: 'Lines that are kept' })
  const passed = range.getByRole('status')
  await expect(passed).toHaveText('3 of 3 runs pass')
  const choose = async (axis: string) => {
    const field = range.getByRole('combobox', { name: 'Keep on the axis', exact: true })
    await field.focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(axis)
    const list = page.getByRole('listbox', { name: 'Keep on the axis', exact: true })
    await expect(list.getByRole('option')).toHaveText([axis])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(field).toHaveValue(axis)
  }
  await range.getByRole('combobox', { name: 'Keep on the axis', exact: true }).focus()
  await expect(page.locator(':focus')).toHaveValue('algorithm')
  await page.keyboard.press('Tab')
  await expect(range.getByRole('combobox', { name: 'What is', exact: true })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  const values = page.getByRole('listbox', { name: 'What is', exact: true })
  await expect(values.getByRole('option')).not.toHaveCount(0)
  await page.keyboard.press('ArrowDown')
  await expect(values.locator('[data-combobox-selected]')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(passed).not.toHaveText('3 of 3 runs pass')
  const kept = (await passed.textContent())!
  letGo()
  await drawn(workbench.panel('Settings and metrics').getByRole('img', { name: 'Settings and metrics' }))
  await expect(passed).toHaveText(kept)
  await range.getByRole('button', { name: 'Keep all', exact: true }).press('Enter')
  await expect(passed).toHaveText('3 of 3 runs pass')
  await choose('AUC')
  await page.keyboard.press('Tab')
  await expect(range.getByRole('textbox', { name: 'From', exact: true })).toBeFocused()
  await page.keyboard.type('2')
  await expect(passed).toHaveText('0 of 3 runs pass')
  await page.keyboard.press('Backspace')
  await expect(passed).toHaveText('3 of 3 runs pass')
  await range.getByRole('textbox', { name: 'To', exact: true }).fill('0')
  await expect(passed).toHaveText('0 of 3 runs pass')
  await workbench.isSoundEverywhere('compare-kept', pictures)
})

test('one cursor over all curves, one threshold over all diagnostics', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await shared.url())
  await workbench.visit(addressOf('trees', 'stumps'))
  await isWhole(workbench, 2)
  const charts = workbench.panel('Curves').getByRole('img', { name: /^Curve: / })
  const [here, there] = [charts.nth(0), charts.nth(1)]
  const [bareHere, bare] = [await drawn(here), await drawn(there)]
  await here.hover()
  // Its cursor says the values in a box of its own.
  await expect.poll(() => painted(there)).toBeGreaterThan(bare + 2000)
  if (pictures) await page.screenshot({ path: join(pictures, 'compare-cursor.png') })
  await workbench.rooms.first().hover()
  await expect.poll(() => painted(there)).toBeLessThan(bare + 500)
  // The same by keys alone, in every chart; gone when the slider is left.
  const step = workbench.panel('Curves').getByRole('slider', { name: 'Cursor at step' })
  await step.press('Home')
  await step.press('ArrowRight')
  await expect(workbench.panel('Curves').locator('output')).toHaveText(/^\d+$/)
  // A chart that the pointer has just left may still be about to put its box away.
  await expect(async () => {
    await step.press('ArrowRight')
    expect(await painted(there)).toBeGreaterThan(bare + 2000)
    expect(await painted(here)).toBeGreaterThan(bareHere + 2000)
  }).toPass()
  if (pictures) await page.screenshot({ path: join(pictures, 'compare-step.png') })
  await step.blur()
  await expect.poll(() => painted(there)).toBeLessThan(bare + 500)

  const panel = workbench.panel('On the test rows')
  const tables = panel.getByRole('region', { name: /^Confusion / }).getByRole('table')
  await expect(tables).toHaveCount(2)
  const before = await tables.allTextContents()
  await panel.getByRole('slider', { name: 'Threshold' }).press('Home')
  await expect(panel.locator('output')).toHaveText('0.000')
  for (const [i, text] of before.entries()) await expect(tables.nth(i)).not.toHaveText(text)

  // Errors that cost otherwise move the threshold at which they cost least; it is taken over by one click.
  const costs = panel.getByRole('region', { name: 'What errors cost', exact: true })
  const alarm = costs.getByRole('textbox', { name: /^benign taken for malignant costs/ })
  const use = costs.getByRole('button', { name: /^Use the cheapest threshold of 1 / })
  await use.click()
  await expect(panel.locator('output')).not.toHaveText('0.000')
  const even = Number(await panel.locator('output').textContent())
  await alarm.fill('50')
  await use.click()
  await expect.poll(async () => Number(await panel.locator('output').textContent())).toBeGreaterThan(even)
  await alarm.fill('')
  await expect(costs.getByRole('row').nth(1)).toContainText('0 to 0')
  await alarm.fill('50')
  await workbench.isSound()
  if (pictures) await costs.screenshot({ path: join(pictures, 'compare-costs.png') })
})

test('a run is recalibrated below its calibration, and the new one stands beside it', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await shared.url())
  await workbench.visit(addressOf('trees', 'stumps'))
  const panel = page.getByRole('region', { name: 'Recalibration', exact: true })
  await panel.getByLabel('Run', { exact: true }).selectOption({ label: '2 stumps' })
  await panel.getByLabel('Method', { exact: true }).selectOption({ label: 'Isotonic' })
  await expect(panel.getByText(/^Steps that only rise/)).toBeVisible()
  if (pictures) await panel.screenshot({ path: join(pictures, 'recalibration.png') })
  await panel.getByRole('button', { name: 'Recalibrate', exact: true }).click()
  const settings = workbench.panel('Settings that differ')
  await expect(settings.getByRole('row', { name: /^Recalibration/i })).toContainText('isotonic', { timeout: 120_000 })
  await expect(workbench.panel('Verdict').getByRole('status').getByRole('listitem')).toHaveText(/“2 stumps, isotonic”/)
  // What is recalibrated already is not offered again.
  await expect(panel.getByLabel('Run', { exact: true })).toHaveCount(0)
  await workbench.isSoundEverywhere('compare-recalibrated', pictures)
})

test('a learning curve is worked out a run at a time, drawn, and said in words', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await shared.url())
  await workbench.visit(addressOf('base', 'stumps'))
  const panel = workbench.panel('Learning curve')
  await panel.getByRole('button', { name: 'Work out the learning curve of 2 stumps', exact: true }).click()
  const words = panel.getByText(/^2 stumps: From \d+ to 343 training rows the AUC /)
  await expect(words).toBeVisible({ timeout: 120_000 })
  await expect(panel.getByRole('button', { name: 'Work out the learning curve of 1 base', exact: true })).toBeVisible()
  const chart = panel.getByRole('img', { name: 'Learning curve', exact: true })
  await drawn(chart)
  await chart.scrollIntoViewIfNeeded()
  await workbench.isSoundEverywhere('compare-learning', pictures)
  await page.reload()
  await expect(words).toBeVisible()
})
