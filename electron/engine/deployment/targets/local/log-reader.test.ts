import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logFileName } from '../../../../../shared/lib/log-files.ts'
import { readEnd, readOn } from './log-reader.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-log-'))
})
afterEach(() => rm(folder, { recursive: true }))

const path = (firstLine: number) => join(folder, logFileName(firstLine))
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`)
const text = (from: number, to: number) => `${lines(from, to).join('\n')}\n`

test('the newest lines come first, from the file before where the newest one has too few', async () => {
  await writeFile(path(0), text(0, 10))
  await writeFile(path(10), text(10, 13))
  expect((await readEnd(folder, 5)).lines).toEqual(lines(8, 13))
  expect((await readEnd(folder, 2)).lines).toEqual(lines(11, 13))
  expect((await readEnd(folder, 99)).lines).toEqual(lines(0, 13))
})

test('followed in pages, from one file into the next, no line is lost and none comes twice', async () => {
  await writeFile(path(0), text(0, 5))
  let { position } = await readEnd(folder, 5)
  await appendFile(path(0), text(5, 9))
  await writeFile(path(9), text(9, 20))
  const seen: string[] = []
  for (let page = 0; page < 6; page += 1) {
    const read = await readOn(folder, position, 4)
    expect(read.leftOut).toBe(0)
    seen.push(...read.lines)
    position = read.position
  }
  expect(seen).toEqual(lines(5, 20))
  // Half a line is none yet.
  await appendFile(path(9), 'line ')
  expect((await readOn(folder, position, 4)).lines).toEqual([])
  await appendFile(path(9), '20\r\n')
  expect((await readOn(folder, position, 4)).lines).toEqual(['line 20'])
})

test('lines whose file is gone before they were read are counted', async () => {
  await writeFile(path(0), text(0, 7))
  const { position } = await readEnd(folder, 3)
  await rm(path(0))
  await writeFile(path(20), text(20, 22))
  await writeFile(path(22), text(22, 23))
  const read = await readOn(folder, position, 100)
  expect(read).toMatchObject({ lines: lines(20, 23), leftOut: 13 })
  expect(await readOn(folder, read.position, 100)).toMatchObject({ lines: [], leftOut: 0 })
})

test('a log that is not there yet has no lines, and goes on when it is', async () => {
  const { lines: none, position } = await readEnd(folder, 10)
  expect(none).toEqual([])
  await writeFile(path(0), text(0, 2))
  expect(await readOn(folder, position, 10)).toMatchObject({ lines: lines(0, 2), leftOut: 0 })
})

test('a line longer than a page comes in pieces, and what is behind it too', async () => {
  await writeFile(path(0), '')
  const { position } = await readEnd(folder, 10)
  await writeFile(path(0), `${'x'.repeat(600_000)}\nend\n`)
  const first = await readOn(folder, position, 10)
  expect(first.lines.map(line => line.length)).toEqual([512 * 1024])
  const second = await readOn(folder, first.position, 10)
  expect(second.lines.map(line => line.length)).toEqual([600_000 - 512 * 1024, 3])
})
