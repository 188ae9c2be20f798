import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { chromium, type Page } from '@playwright/test'
import { TestWorkspace } from '../e2e/lathe.ts'
import { generator } from './tools/mulberry.ts'

/**
 * `npm run bench first-result [GIGABYTES]`: seconds from the drop of a file to a score that beats the baseline, in the window, and the
 * clicks it takes, on a CSV with semicolons, decimal commas and Latin-1, a workbook, and a CSV of 2 GB (or GIGABYTES). Each file has 8 to 28
 * columns, a target that a linear model can learn, and a text that means missing. The machine's own time is told apart: all else is waiting.
 */
const gigabytes = Number(process.argv[2] ?? 2)
const executablePath = process.env.CHROMIUM_PATH
if (!executablePath) throw new Error('There is no browser here: set CHROMIUM_PATH')

interface Row {
  amounts: number[]
  city: string
  left: boolean
}

function* rowsOf(count: number, width: number): Generator<Row> {
  const random = generator(count)
  for (let i = 0; i < count; i += 1) {
    const amounts = Array.from({ length: width }, () => random() * 2000 - 1000)
    const sum = amounts[0]! + amounts[1]! + (random() - 0.5) * 1500
    yield { amounts, city: ['Köln', 'Ulm', 'Sèvres'][Math.floor(random() * 3)]!, left: sum > 0 }
  }
}

async function writeText(path: string, encoding: BufferEncoding, lines: Iterable<string>, mostBytes = Infinity) {
  const file = createWriteStream(path)
  let bytes = 0
  let part = ''
  for (const line of lines) {
    part += line
    if (part.length < 1 << 20) continue
    bytes += part.length
    if (!file.write(Buffer.from(part, encoding))) await once(file, 'drain')
    part = ''
    if (bytes > mostBytes) break
  }
  file.end(Buffer.from(part, encoding))
  await once(file, 'close')
}

function* german(): Generator<string> {
  yield 'Straße;Umsatz;Rabatt;Alter;Käufe;Besuche;Ort;Kündigung\n'
  let i = 0
  for (const { amounts, city, left } of rowsOf(5000, 5)) {
    const cells = amounts.map((amount, k) => (k === 2 && i % 40 === 0 ? 'k.A.' : amount.toFixed(2).replace('.', ',')))
    i += 1
    yield `Weg ${i % 90};${cells.join(';')};${city};${left ? 'ja' : 'nein'}\n`
  }
}

function* large(): Generator<string> {
  yield `${Array.from({ length: 27 }, (_, k) => `x${k}`).join(',')},target\n`
  // The same million rows over and over would be too kind to the compression: the generator goes on.
  for (const { amounts, left } of rowsOf(1e9, 27))
    yield `${amounts.map(amount => amount.toFixed(4)).join(',')},${left ? 1 : 0}\n`
}

/** A workbook of one sheet with inline texts, its parts stored without compression. */
async function writeWorkbook(path: string) {
  const rows: string[] = []
  const addRow = (values: (string | number)[]) => {
    const place = rows.length + 1
    const cells = values.map((value, k) => {
      const reference = `${'ABCD'[k]}${place}`
      return typeof value === 'number'
        ? `<c r="${reference}"><v>${value}</v></c>`
        : `<c r="${reference}" t="inlineStr"><is><t>${value}</t></is></c>`
    })
    rows.push(`<row r="${place}">${cells.join('')}</row>`)
  }
  addRow(['amount', 'other', 'city', 'label'])
  for (const { amounts, city, left } of rowsOf(5000, 2)) addRow([...amounts, city, left ? 'yes' : 'no'])
  const main = 'http://schemas.openxmlformats.org'
  const parts: [string, string][] = [
    [
      '[Content_Types].xml',
      `<Types xmlns="${main}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    ],
    [
      '_rels/.rels',
      `<Relationships xmlns="${main}/package/2006/relationships"><Relationship Id="rId1" Type="${main}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `<workbook xmlns="${main}/spreadsheetml/2006/main" xmlns:r="${main}/officeDocument/2006/relationships"><sheets><sheet name="Sales" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${main}/package/2006/relationships"><Relationship Id="rId1" Type="${main}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ],
    [
      'xl/worksheets/sheet1.xml',
      `<worksheet xmlns="${main}/spreadsheetml/2006/main"><sheetData>${rows.join('')}</sheetData></worksheet>`,
    ],
  ]
  const written: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of parts) {
    const data = Buffer.from(content)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt32LE(crc32(data), 10)
    shared.writeUInt32LE(data.length, 14)
    shared.writeUInt32LE(data.length, 18)
    shared.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), data])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), shared, tail, Buffer.from(name)]))
    written.push(local)
    offset += local.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(size, 8)
  end.writeUInt32LE(offset, 12)
  const file = createWriteStream(path)
  file.end(Buffer.concat([...written, ...directory, Buffer.from('PK\x05\x06'), end]))
  await once(file, 'close')
}

/** From the drop to a run whose score on the test rows lies above the baseline's; gives the seconds of each part and the clicks. */
async function firstResult(page: Page, file: string, target: string, mend: string | null) {
  const dataset = basename(file, extname(file))
  let clicks = 0
  const click = async (role: 'button' | 'combobox' | 'option', name: string | RegExp) => {
    clicks += 1
    await page
      .getByRole(role, { name, exact: typeof name === 'string' })
      .first()
      .click()
  }
  await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: 'Data' }).click()
  const start = performance.now()
  const since = () => (performance.now() - start) / 1000
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByRole('button', { name: 'Import and train' }).waitFor({ timeout: 600_000 })
  const previewed = since()
  if (mend) await click('button', mend)
  const chosen = page.getByRole('combobox', { name: 'Target column' })
  if ((await chosen.inputValue()) !== target) {
    await click('combobox', 'Target column')
    await click('option', target)
  }
  await click('button', 'Import and train')
  await page.getByRole('heading', { level: 1, name: 'Train' }).waitFor({ timeout: 1_800_000 })
  const imported = since()
  const own = page.getByRole('row').filter({ hasText: `${dataset}:1, ${target}` })
  await own
    .getByRole('cell', { name: /^\+[0-9]/ })
    .first()
    .waitFor({ timeout: 1_800_000 })
  return { previewed, imported, scored: since(), clicks }
}

const workspace = await TestWorkspace.make()
const files = [
  { name: 'german.csv', target: 'Kündigung', mend: 'Take "k.A." as missing' },
  { name: 'sales.xlsx', target: 'label', mend: null },
  { name: 'large.csv', target: 'target', mend: null },
]
await writeText(join(workspace.folder, 'german.csv'), 'latin1', german())
await writeWorkbook(join(workspace.folder, 'sales.xlsx'))
await writeText(join(workspace.folder, 'large.csv'), 'utf8', large(), gigabytes * 1e9)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
console.log('file          size MB   preview s   import s   first score above the baseline s   clicks (bar: 4)')
for (const { name, target, mend } of files) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.goto(await workspace.url())
  const path = join(workspace.folder, name)
  const { previewed, imported, scored, clicks } = await firstResult(page, path, target, mend)
  const figures = [
    ((await stat(path)).size / 1e6).toFixed(1),
    previewed.toFixed(1),
    imported.toFixed(1),
    scored.toFixed(1),
    clicks,
  ]
  console.log([name.padEnd(11), ...figures.map(figure => String(figure).padStart(10))].join(' '))
  await page.close()
  for (const { job, status } of (await workspace.json<{ jobs: { job: string; status: string }[] }>('jobs')).jobs)
    if (status === 'running' || status === 'queued') await workspace.run(['cancel', job])
}
await browser.close()
await workspace.close()
