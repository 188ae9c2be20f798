import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { TestWorkspace } from '../e2e/lathe.ts'
import { readRuntimeFile } from '../electron/headless/runtime-file.ts'
import { createLatheClient } from '../shared/contract/client.ts'
import type { RowFilter, RowOrder } from '../shared/model/dataset.ts'
import { generator } from './tools/mulberry.ts'

/**
 * `npm run bench grid [ROWS]`: milliseconds from asking the engine for a page of the grid (50 rows, all of 6 columns) to having it, on a
 * dataset of ROWS rows (10,000,000): the first page after the filter or the order was changed, one far behind it that is asked for in the
 * same moment, and then pages at random places. First everything is asked of an engine that has shown nothing of the dataset yet, each view
 * of a process of its own; then all views once more.
 */
const rows = Number(process.argv[2] ?? 10_000_000)
const pages = 20
const pageRows = 50
const barMs = 100

async function writeFile(path: string): Promise<void> {
  const random = generator(3)
  const file = createWriteStream(path)
  let part = 'id,amount,share,city,day,paid\n'
  for (let row = 0; row < rows; row += 1) {
    const day = new Date(Date.UTC(2020, 0, 1 + Math.floor(random() * 2000))).toISOString().slice(0, 10)
    const amount = (random() * 10_000).toFixed(2)
    part += `${row},${amount},${random().toFixed(6)},city ${Math.floor(random() * 2000)},${day},${random() < 0.3}\n`
    if (part.length < 1 << 20) continue
    if (!file.write(part)) await once(file, 'drain')
    part = ''
  }
  file.end(part)
  await once(file, 'close')
}

const views: { name: string; where?: RowFilter[]; order?: RowOrder }[] = [
  { name: 'as they lie' },
  { name: 'filter: a third of the rows', where: [{ column: 'paid', operator: 'equals', value: 'true' }] },
  { name: 'filter: half of the numbers', where: [{ column: 'amount', operator: 'at-least', value: '5000' }] },
  { name: 'filter: one row in 2,000', where: [{ column: 'city', operator: 'equals', value: 'city 77' }] },
  { name: 'filter: a part of a text', where: [{ column: 'city', operator: 'contains', value: 'y 19' }] },
  { name: 'filter: nothing fits', where: [{ column: 'amount', operator: 'less', value: '-1' }] },
  {
    name: 'filter: two columns',
    where: [
      { column: 'amount', operator: 'at-least', value: '5000' },
      { column: 'day', operator: 'less', value: '2024-01-01' },
    ],
  },
  { name: 'sort: a number', order: { column: 'amount', isDescending: true } },
  { name: 'sort: a text', order: { column: 'city', isDescending: false } },
  {
    name: 'filter and sort, one column',
    where: [{ column: 'amount', operator: 'at-least', value: '5000' }],
    order: { column: 'amount', isDescending: false },
  },
  {
    name: 'filter and sort, two columns',
    where: [{ column: 'amount', operator: 'at-least', value: '5000' }],
    order: { column: 'share', isDescending: false },
  },
]

const workspace = await TestWorkspace.make()
try {
  const file = join(workspace.folder, 'grid.csv')
  await writeFile(file)
  const begun = performance.now()
  await workspace.json('import', file, '--name', 'grid')
  console.log(`${rows} rows imported in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  const { port, token } = readRuntimeFile(workspace.folder)!
  const client = createLatheClient({ url: `http://127.0.0.1:${port}`, token })
  const page = async (view: (typeof views)[number], offset: number) => {
    const start = performance.now()
    const { where = [], order } = view
    const answer = await client.datasets.rows({
      dataset: 'grid',
      offset,
      limit: pageRows,
      where,
      ...(order && { order }),
    })
    return { ms: performance.now() - start, total: answer.total }
  }
  const random = generator(4)
  const measure = async (view: (typeof views)[number]) => {
    const first = await page(view, 0)
    const somewhere = () => page(view, Math.floor(random() * Math.max(1, first.total - pageRows)))
    const far = await somewhere()
    const times: number[] = []
    for (let i = 0; i < pages; i += 1) times.push((await somewhere()).ms)
    times.sort((a, b) => a - b)
    const figures = [first.ms, far.ms, times[pages / 2]!, times.at(-1)!].map(ms => ms.toFixed(0).padStart(8))
    console.log(`${view.name.padEnd(30)} ${String(first.total).padStart(10)} ${figures.join(' ')}`)
  }
  const head = (name: string) =>
    console.log(
      `${name.padEnd(30)} ${'rows'.padStart(10)} ${'first'.padStart(8)} ${'far'.padStart(8)} ${'median'.padStart(8)} ${'most'.padStart(8)}   ms, bar ${barMs}`,
    )
  head('asked at once')
  for (const view of views) {
    // A question that is given up ends the process that reads, and what it knew.
    const abort = new AbortController()
    const dropped = client.datasets.rows({ dataset: 'grid', repeated: true }, { signal: abort.signal })
    setTimeout(() => abort.abort(), 30)
    await dropped.catch(() => {})
    await page({ name: 'starts the process that reads' }, 0)
    await measure(view)
  }
  for (const view of views) await page(view, 0)
  head('looked at before')
  for (const view of views) await measure(view)
} finally {
  await workspace.close()
}
