import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DriftReport, EndpointEvent, History } from '../../shared/model/monitoring.ts'
import type { Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'
import { late } from '../pages/late.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, runner, test } from '../runners/index.ts'

/** The Monitor room on a real deployment: rows as in training, then rows of which one column moved. */
const pictures = process.env.LATHE_PICTURES
const cells = join(samples, 'breast-cancer.csv')
const movedColumn = 'mean texture'
let workspace: TestWorkspace

/** The sample with one column moved up by half of itself. */
async function movedRows(file: string): Promise<void> {
  const [header, ...lines] = (await readFile(cells, 'utf8')).trim().split('\n')
  const place = header!.split(',').indexOf(movedColumn)
  const moved = lines.map(line => {
    const fields = line.split(',')
    fields[place] = String(Number(fields[place]) * 1.5)
    return fields.join()
  })
  await writeFile(file, [header, ...moved].join('\n'))
}

const waitForNextMinute = () => new Promise(resolve => setTimeout(resolve, 60_500 - (Date.now() % 60_000)))

test.beforeAll(async () => {
  workspace = await TestWorkspace.make()
  await workspace.json('import', cells, '--name', 'cells', '--target', 'diagnosis')
  const run = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
  await workspace.json('register', run.run, '--name', 'cells-model')
  await workspace.json('deploy', 'cells-model', '--target', 'local', '--name', 'service')
  await workspace.json('watch', 'service')
  await workspace.json('replay', cells, '--to', 'service')
  await movedRows(join(workspace.folder, 'moved.csv'))
})
test.afterAll(() => workspace.close())

test('rows are sent from the room, the moved column is the worst, and its numbers are those of the command line', async ({
  page,
}) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Monitor')
  const card = workbench.panel('Endpoints, worst first').getByRole('listitem')
  await expect(card.getByText('no drift', { exact: true })).toBeVisible()
  await card.getByRole('link', { name: 'service', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('service')

  const replay = workbench.panel('Send it the rows of a file')
  await replay.getByLabel('Full path of the file').fill(join(workspace.folder, 'moved.csv'))
  await replay.getByRole('button', { name: 'Use this file' }).click()
  // Rows that were counted stay counted.
  await expect(replay.getByRole('button', { name: 'Send the rows' })).toBeDisabled()
  const typed = replay.getByRole('textbox', { name: 'Type its name to confirm', exact: true })
  await typed.fill('servic')
  await typed.press('Enter')
  await expect(replay.getByText('That is not its name, which is “service”.', { exact: true })).toBeVisible()
  await expect(replay.getByRole('button', { name: 'Send the rows' })).toBeDisabled()
  await typed.press('Escape')
  await expect(typed).toHaveValue('')
  await expect(typed).toBeFocused()
  await expect(replay.getByText(/^That is not its name/)).toHaveCount(0)
  await typed.fill('service')
  // All of them in one minute, and that another one than before.
  await waitForNextMinute()
  await replay.getByRole('button', { name: 'Send the rows' }).click()
  await expect(replay.getByText(/^569 rows sent in .*, 0 refused\.$/)).toBeVisible()

  for (const [label, span] of [
    ['24 hours', '24h'],
    ['1 hour', '1h'],
  ] as const) {
    await page.getByText(label, { exact: true }).click()
    await expect(page).toHaveURL(new RegExp(`span=${span}`))
  }
  const heat = workbench.panel('Drift, columns by time')
  await heat.getByRole('button', { name: 'As a table', exact: true }).click()
  const worst = heat.getByRole('rowheader').first()
  await expect(worst).toHaveText(movedColumn)

  // The keyboard opens a cell of the table; the address says what is shown.
  const cell = heat
    .getByRole('row', { name: new RegExp(movedColumn) })
    .getByRole('button', { name: /, drift, 569 rows$/ })
  await heat.getByRole('region', { name: /table$/ }).press('Tab')
  await expect(cell).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(cell).not.toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(cell).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/window=\d+-\d+&column=mean\+texture/)
  const [, from, to] = /window=(\d+)-(\d+)/.exec(page.url())!.map(Number)
  const iso = (timeMs: number | undefined) => new Date(timeMs!).toISOString()
  const report = await workspace.json<DriftReport>('drift', 'service', '--from', iso(from), '--to', iso(to))
  const column = report.columns.find(({ name }) => name === movedColumn)!
  expect(column).toMatchObject({ drifted: true, rows: 569 })
  expect(report.columns.filter(({ drifted }) => drifted).map(({ name }) => name)).toContain(movedColumn)
  const details = page.getByRole('region', { name: /^The chosen stretch: / })
  await expect(details.getByRole('heading', { name: movedColumn })).toBeVisible()
  const explained = report.explained.filter(({ id }) => id in column.statistics)
  expect(explained).not.toEqual([])
  for (const { id, name } of explained) {
    await expect(
      details.getByRole('row', { name }).getByTitle(String(column.statistics[id]), { exact: true }),
    ).toBeVisible()
  }
  await workbench.isSoundEverywhere('monitor-endpoint', pictures)

  // The same cell by the pointer, on the drawing.
  await heat.getByRole('button', { name: 'As a heat map' }).click()
  const drawing = heat.getByRole('img', { name: 'Drift, columns by time' })
  await page.getByRole('button', { name: 'Show the whole time' }).click()
  await expect(page).not.toHaveURL(/window=/)
  await expect(drawing.locator('canvas').first()).toBeVisible()
  const { width } = (await drawing.boundingBox())!
  // Along the first row from its newest end: in the minutes since, nothing was counted.
  let share = 1
  await expect(async () => {
    share -= 0.04
    await drawing.click({ position: { x: 150 + (width - 198) * share, y: 15 } })
    await expect(page).toHaveURL(/window=/, { timeout: 500 })
  }).toPass()
  await expect(page).toHaveURL(/column=mean\+texture/)

  // Both stretches against each other.
  const two = workbench.panel('Two stretches side by side')
  const history = await workspace.json<History>('drift', 'service', '--history', '--from', iso(from! - 3_000_000))
  const first = history.buckets.find(({ comparedRows }) => comparedRows > 0)!
  const other = two.getByLabel('Compared with')
  const value = await other.locator(`option[value^="${first.from}-"]`).getAttribute('value')
  await other.selectOption(value)
  await expect(page).toHaveURL(new RegExp(`against=${first.from}-`))
  await expect(two.getByRole('heading', { name: movedColumn })).toBeVisible()
  await expect(two.getByText(/^\d+ of \d+ columns drifted/)).toBeVisible()
  // Where time is cut otherwise by now, an address still says what it compares.
  await workbench.visit(
    page.url().replace(/\/monitor.*/, `/monitor/service?span=7d&window=${from}-${to}&against=${value}`),
  )
  await expect(two.getByLabel('Compared with')).toHaveValue(value!)
  await expect(two.getByLabel('This stretch')).toHaveValue(`${from}-${to}`)
  await expect(two.getByText(/^\d+ of \d+ columns drifted/)).toBeVisible()
  await workbench.isSound()

  await workbench.enter('Monitor')
  await expect(card.getByText('drift', { exact: true })).toBeVisible()
  await expect(card.getByText(`Worst column: ${movedColumn}`, { exact: true })).toBeVisible()
  await workbench.isSoundEverywhere('monitor-wall', pictures)
})

test('a file whose header is not its first row is sent once that is said', async ({ page }) => {
  const file = join(workspace.folder, 'two-headers.csv')
  const text = await readFile(cells, 'utf8')
  const width = text.slice(0, text.indexOf('\n')).split(',').length
  await writeFile(file, `${Array.from({ length: width }, (_, i) => `field ${i}`).join()}\n${text}`)
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit('/monitor/service?span=1h')
  const replay = workbench.panel('Send it the rows of a file')
  await replay.getByLabel('Full path of the file').fill(file)
  await replay.getByRole('button', { name: 'Use this file' }).click()
  await expect(replay.getByRole('region', { name: 'The file as it stands', exact: true })).toContainText('field 0')
  const skip = replay.getByLabel('Rows above the header')
  await skip.fill('1')
  await skip.press('Enter')
  await expect(replay.getByLabel('Decimal mark')).toHaveValue('.')
  await replay.getByRole('textbox', { name: 'Type its name to confirm', exact: true }).fill('service')
  await replay.getByRole('button', { name: 'Send the rows' }).click()
  await expect(replay.getByText(/^569 rows sent in .*, 0 refused\.$/)).toBeVisible()
  await workbench.isSoundEverywhere('monitor-replay', pictures)
})

test('an event is marked, taken away and put back; its text is shown as text', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.visit('/monitor/service?span=1h')
  const text = '<script>alert(1)</script> new supplier'
  const events = workbench.panel('What happened')
  const cell = events.getByRole('cell', { name: text, exact: true })
  const happened = events.getByRole('textbox', { name: 'What happened', exact: true })
  await happened.fill(text)
  await happened.press('Enter')
  await expect(cell).toBeVisible()
  const marks = async () =>
    (await workspace.json<{ events: EndpointEvent[] }>('events', 'service')).events.filter(
      ({ kind }) => kind === 'mark',
    )
  const [before] = await marks()
  expect(before).toMatchObject({ text })
  await events.getByRole('button', { name: `Take away: ${text}` }).click()
  await expect(cell).toHaveCount(0)
  expect(await marks()).toEqual([])
  // However fast it is pressed.
  await events.getByRole('button', { name: 'Undo', exact: true }).dblclick()
  await expect(cell).toBeVisible()
  expect(await marks()).toMatchObject([{ at: before!.at, text }])
  if (runner === 'browser') {
    // Not even an answer brings it back that was made while it was there and comes late.
    const list = await late(page, /\/monitoring\/events$/)
    await happened.fill('another')
    await happened.press('Enter')
    await list.made
    await events.getByRole('button', { name: `Take away: ${text}` }).click()
    await expect(cell).toHaveCount(0)
    await list.letGo()
    await expect(cell).toHaveCount(0)
  }
  await workbench.isSound()
})

test('a server that is gone is said, and what it counted still shown', async ({ page }) => {
  const workbench = new WorkbenchPage(page)
  // Looks once more at what was counted.
  await workspace.json('drift', 'service')
  await workspace.run(['undeploy', 'service'])
  await workspace.run(['drift', 'service'])
  await workbench.open(await workspace.url())
  await workbench.visit('/monitor/service?span=24h')
  await expect(page.getByText(/^It does not answer, so this is what it counted until/)).toBeVisible()
  await expect(
    workbench.panel('Drift, columns by time').getByRole('button', { name: 'As a table', exact: true }),
  ).toBeVisible()
  await expect(workbench.panel('What happened').getByText('It no longer answers')).toBeVisible()
  await workbench.isSoundEverywhere('monitor-down', pictures)
})
