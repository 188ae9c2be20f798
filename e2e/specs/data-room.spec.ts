import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

/** The Data room on files as they come: dropped, mended in the preview, imported, filtered, sorted, and what is behind a warning. */
const pictures = process.env.LATHE_PICTURES

let workbench: WorkbenchPage
test.beforeEach(async ({ workspace, page }) => {
  workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await workbench.enter('Data')
})

const workbook = join(import.meta.dirname, '../../electron/engine/datasets/fixtures/report.xlsx')
const rows = 400
/** Semicolons, decimal commas, Latin-1, a text that means missing, an id, and two rows twice. */
function germanFile(): Buffer {
  const lines = Array.from({ length: rows }, (_, i) => {
    const price = i % 50 === 7 ? 'k.A.' : `${i},5`
    return `N-${1000 + i};${i % 2 ? 'Köln' : 'Ulm'};${price};${i % 3 === 0 ? 'ja' : 'nein'}`
  })
  return Buffer.from(['Nummer;Straße;Preis;Kündigung', ...lines, lines[1], lines[2], ''].join('\n'), 'latin1')
}

async function drop(page: Page, name: string, content: Buffer) {
  const transfer = await page.evaluateHandle(`(() => {
    const data = new DataTransfer()
    data.items.add(new File([new Uint8Array(${JSON.stringify([...content])})], ${JSON.stringify(name)}))
    return data
  })()`)
  const send = (type: string) => page.locator('body').dispatchEvent(type, { dataTransfer: transfer })
  // A browser says again and again that something is held over the page.
  await expect(async () => {
    await send('dragover')
    await expect(page.locator('.zone.over')).toBeVisible({ timeout: 500 })
  }).toPass()
  await send('drop')
}

const cells = (page: Page, column: number) => page.locator(`.rows-grid tbody td:nth-of-type(${column})`)

test('a dropped file is mended in the preview and imported; its rows are filtered and sorted', async ({ page }) => {
  await drop(page, 'kunden.csv', germanFile())
  await expect(page.getByText(/^kunden.csv, .* kB: 402 rows, 4 columns$/)).toBeVisible()
  const parsed = page.getByRole('region', { name: 'The file as it is read' })
  await expect(page.getByRole('region', { name: 'The file as it stands' })).toContainText('N-1000;Ulm;0,5;ja')
  await expect(parsed.getByLabel('Type of Preis')).toHaveValue('text')
  await workbench.isSoundEverywhere('preview', pictures)
  await page.getByRole('button', { name: 'Take "k.A." as missing' }).click()
  await expect(parsed.getByLabel('Type of Preis')).toHaveValue('number')
  // A type that does not fit says where, beside the file; taken back, all is as before.
  await parsed.getByLabel('Type of Straße').selectOption('integer')
  await expect(page.getByRole('alert')).toContainText('row 2 of column "Straße" is "Ulm"')
  await page.getByLabel('Decimal mark').selectOption('.')
  await page.getByLabel('Between fields').selectOption(',')
  await page.getByLabel('Between fields').selectOption(';')
  await page.getByLabel('Decimal mark').selectOption(',')
  await expect(parsed.getByLabel('Type of Preis')).toHaveValue('number')
  // What is read anew meanwhile may be of other columns.
  await expect(page.locator('.preview')).toHaveAttribute('aria-busy', 'false')
  await page.getByRole('combobox', { name: 'Target column' }).click()
  await page.getByRole('option', { name: 'Kündigung' }).click()
  // The file is the import's from then on.
  await expect(page.locator('.preview')).toHaveAttribute('aria-busy', 'false')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('kunden:1')

  const panel = workbench.panel('Rows')
  await expect(panel.getByRole('status')).toHaveText('402')
  await panel.getByRole('combobox', { name: 'Column to filter by' }).click()
  await page.getByRole('option', { name: 'Preis' }).click()
  await panel.getByRole('textbox', { name: 'Value' }).fill('395')
  await panel.getByRole('button', { name: 'Filter', exact: true }).click()
  await expect(panel.getByRole('status')).toHaveText('5 of 402')
  await panel.getByRole('button', { name: 'Preis', exact: true }).click()
  await panel.getByRole('button', { name: 'Preis ▴' }).click()
  await expect(cells(page, 3)).toHaveText(['399.5', '398.5', '397.5', '396.5', '395.5'])
  // The view is in the address: it comes back with it.
  await page.reload()
  await expect(cells(page, 3)).toHaveText(['399.5', '398.5', '397.5', '396.5', '395.5'])
  for (const name of [/^Take off Preis, down/, /^Take off Preis ≥/]) await panel.getByRole('button', { name }).click()

  const warnings = workbench.panel('Warnings')
  await warnings.getByRole('listitem').filter({ hasText: 'repeat another row' }).getByRole('button').click()
  await expect(panel.getByRole('status')).toHaveText('4 of 402')
  await expect(cells(page, 1)).toHaveText(['N-1001', 'N-1001', 'N-1002', 'N-1002'].sort())
  await workbench.panel('Columns').getByRole('button', { name: 'Preis' }).click()
  await expect(page.getByRole('img', { name: 'What Kündigung is there: Preis' })).toBeVisible()
  await expect(workbench.panel('Preis')).toContainText('8 of 402 rows')
  await workbench.isSoundEverywhere('column', pictures)
})

test('the grid reaches the last row of a long file by wheel, keys and scrollbar', async ({ workspace, page }) => {
  const file = join(workspace.folder, 'long.csv')
  const count = 700_000
  writeFileSync(file, `n,half\n${Array.from({ length: count }, (_, i) => `${i},${i / 2}`).join('\n')}\n`)
  await workspace.json('import', file, '--name', 'long')
  await workbench.visit('/data/long')
  const grid = page.getByRole('region', { name: 'Rows: table', exact: true })
  await expect(cells(page, 1).first()).toHaveText('0')
  await grid.press('End')
  await expect(cells(page, 1).last()).toHaveText(String(count - 1))
  await page.keyboard.press('PageUp')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Home')
  await expect(cells(page, 1).first()).toHaveText('0')
  await grid.hover()
  await page.mouse.wheel(0, 250)
  await expect(cells(page, 1).first()).toHaveText('10')
  await grid.evaluate(element => {
    element.scrollTop = element.scrollHeight / 2
  })
  await expect(async () => {
    const middle = Number(await cells(page, 1).first().textContent())
    expect(Math.abs(middle - count / 2)).toBeLessThan(100)
  }).toPass()
  await workbench.isSound()
})

test('names that a header repeats are numbered where that is wanted, and said', async ({ page }) => {
  await drop(page, 'twice.csv', Buffer.from('a,b,a\n1,2,3\n4,5,6\n'))
  await expect(page.getByRole('alert')).toContainText('names "a" 2 times, in columns 1, 3')
  // In the window's words.
  await expect(page.getByRole('alert')).not.toContainText('--')
  await page.getByRole('button', { name: 'Number the names that repeat' }).click()
  await expect(page.getByText('Called otherwise here: "a" is "a_1".')).toBeVisible()
  await workbench.isSoundEverywhere('numbered', pictures)
  await page.getByRole('button', { name: 'Do not number names that repeat' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await page.getByRole('button', { name: 'Number the names that repeat' }).click()
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('twice:1')
  await expect(workbench.panel('Warnings')).toContainText('"a" is called "a_1" here')
})

test('a table that begins below a title is found, and a sheet chosen', async ({ page }) => {
  await drop(page, 'report.xlsx', readFileSync(workbook))
  const parsed = page.getByRole('region', { name: 'The file as it is read' })
  await expect(parsed.getByLabel('Type of price')).toHaveValue('number')
  await expect(page.getByText('The header was found in row 3: the 2 rows above it are left out.')).toBeVisible()
  await expect(page.getByRole('region', { name: 'The file as it stands' })).toContainText('Sales of 2025')
  await workbench.isSoundEverywhere('titled', pictures)
  await page.getByRole('button', { name: 'Begin with the first row' }).click()
  await expect(page.getByRole('alert')).toContainText('no name for column 2')
  const skip = page.getByLabel('Rows above the header')
  await skip.fill('two')
  await skip.press('Enter')
  await expect(skip).toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('Sheet').selectOption('Grouped')
  await skip.fill('1')
  await skip.press('Enter')
  await page.getByRole('button', { name: 'Number the names that repeat' }).click()
  await expect(parsed.getByLabel('Type of mean_1')).toHaveValue('number')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('report:1')
})

test('what cannot be read is said beside the file; a picture is refused', async ({ page }) => {
  await drop(page, 'ragged.csv', Buffer.from('a,b\n1,2\n3,4,5\n'))
  await expect(page.getByRole('alert')).toContainText('row 3 has 3 fields, the header has 2')
  await expect(page.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
  await workbench.isSound()
  await page.getByRole('button', { name: 'Another file' }).click()
  await page
    .getByLabel('Choose a file')
    .setInputFiles({ name: 'cat.png', mimeType: 'image/png', buffer: Buffer.from('x') })
  await expect(page.getByRole('alert')).toContainText('what cat.png is')
})

test('a column of many is found by a part of its name', async ({ page }) => {
  const names = Array.from({ length: 60 }, (_, i) => `gene_${i}`)
  const rows = [names, names.map((_, i) => i), names.map((_, i) => 2 * i)]
  await drop(page, 'genes.csv', Buffer.from(rows.map(row => `${row}\n`).join('')))
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('genes:1')
  const columns = workbench.panel('Columns')
  await expect(columns.getByRole('row')).toHaveCount(61)
  const part = columns.getByLabel('Part of a column’s name')
  await part.fill('E_17')
  await expect(columns.getByRole('row')).toHaveCount(2)
  await columns.getByRole('button', { name: 'gene_17', exact: true }).click()
  await expect(page.getByRole('heading', { level: 2, name: 'gene_17' })).toBeVisible()
  await workbench.isSoundEverywhere('many-columns', pictures)
  await part.fill('none')
  await expect(columns.getByText('No column has it in its name.')).toBeVisible()
})
