import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readRow } from './row-option.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lathe-row-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a row is given as it is or in a file', () => {
  const row = { age: 61, city: null, name: 'é' }
  const file = join(folder, 'row.json')
  writeFileSync(file, JSON.stringify(row))
  expect(readRow(JSON.stringify(row))).toEqual(row)
  expect(readRow(`@${file}`)).toEqual(row)
})

test('what is no row is refused by what is wrong with it', () => {
  expect(() => readRow('{')).toThrow('--row is not JSON')
  expect(() => readRow('{"a": [1]}')).toThrow('--row holds no row: a')
  expect(() => readRow(`@${join(folder, 'none.json')}`)).toThrow('names a file that cannot be read')
})
