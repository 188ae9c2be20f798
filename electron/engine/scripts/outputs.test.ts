import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { followCurves, readColumns, readReported } from './outputs.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-outputs-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function reported(text: string) {
  const warnings: string[] = []
  await writeFile(join(folder, 'metrics.json'), text)
  return { numbers: await readReported(folder, warnings), warnings }
}

test('numbers are taken as reported, what is none is said', async () => {
  expect(await readReported(folder, [])).toEqual({})
  expect(await reported('{"auc": 0.9, "loss": NaN, "name": "NaN", "all": {"f1": 1}}')).toEqual({
    numbers: { auc: 0.9 },
    warnings: ['metrics.json: 3 values are no numbers (loss, name, all)'],
  })
  for (const text of ['', '[1]', '{"auc": ', `{"a": "${'x'.repeat(1 << 20)}"}`]) {
    expect(await reported(text)).toMatchObject({ numbers: {}, warnings: [expect.stringContaining('was left out')] })
  }
})

test('curves are read line by line, as they are written', async () => {
  const points: unknown[] = []
  const warnings: string[] = []
  const end = followCurves(folder, { metric: (...point) => points.push(point), warnings })
  const file = join(folder, 'curves.jsonl')
  await appendFile(file, '{"step": 10, "loss": 0.5, "f1": 0.25, "note": "x", "bad": NaN}\n\n{"loss": 0.')
  await appendFile(file, '25}\nnonsense\n"text"\n{"step": 20, "loss": 0.125}')
  end()
  expect(points).toEqual([
    ['loss', 10, 0.5],
    ['f1', 10, 0.25],
    ['loss', 3, 0.25],
    ['loss', 20, 0.125],
  ])
  expect(warnings).toEqual(['curves.jsonl line 4 is no JSON'])
})

test('of very many points and of a line without an end there is no end of memory', async () => {
  const warnings: string[] = []
  let count = 0
  await writeFile(join(folder, 'curves.jsonl'), '{"loss": 1}\n'.repeat(200_001) + 'x'.repeat(1 << 20))
  followCurves(folder, { metric: () => count++, warnings })()
  expect(count).toBe(200_000)
  expect(warnings).toEqual([expect.stringContaining('more than 200000 points')])
})

test('the columns of its model are what it says, or nothing', async () => {
  expect(await readColumns(folder)).toBeNull()
  await writeFile(join(folder, 'columns.json'), '["a", "b"]')
  expect(await readColumns(folder)).toEqual(['a', 'b'])
})
