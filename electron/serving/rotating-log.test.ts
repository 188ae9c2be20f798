import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RotatingLog } from './rotating-log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lathe-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const files = () => readdirSync(folder).sort()
const line = (i: number) => `line ${String(i).padStart(4, '0')}\n`

test('a file that is full is followed by the next one, named by its first line; the newest two are kept', () => {
  const log = new RotatingLog(folder, 100)
  for (let i = 0; i < 25; i += 1) log.write(Buffer.from(line(i)))
  expect(files()).toEqual(['server.10.log', 'server.20.log'])
  expect(read('server.10.log')).toBe(Array.from({ length: 10 }, (_, i) => line(10 + i)).join(''))
  expect(read('server.20.log')).toBe(Array.from({ length: 5 }, (_, i) => line(20 + i)).join(''))
})

test('a log that is opened again goes on where it ended, and other files are left alone', () => {
  writeFileSync(join(folder, 'process.json'), '{}')
  new RotatingLog(folder, 30).write(Buffer.from(line(0) + line(1)))
  const log = new RotatingLog(folder, 30)
  for (let i = 2; i < 7; i += 1) log.write(Buffer.from(line(i)))
  expect(files()).toEqual(['process.json', 'server.3.log', 'server.6.log'])
  expect(read('server.6.log')).toBe(line(6))
})

test('two programs write at once, each line whole; one without an end is ended', async () => {
  const log = new RotatingLog(folder)
  const [one, other] = [new PassThrough(), new PassThrough()]
  log.follow(one)
  log.follow(other)
  for (const [stream, text] of [
    [one, 'first ha'],
    [other, 'second whole\nthird ha'],
    [one, 'lf\n'],
    [other, 'lf'],
  ] as const) {
    stream.write(text)
    await new Promise(resolve => setImmediate(resolve))
  }
  one.end()
  other.end()
  await Promise.all([finished(one), finished(other)])
  expect(read('server.log')).toBe('second whole\nfirst half\nthird half\n')
})

test('lines that cannot be written are counted, and said when it goes on', () => {
  const log = new RotatingLog(folder, 20)
  log.write(Buffer.from(line(0)))
  // The place of the next file is taken.
  mkdirSync(join(folder, 'server.1.log'))
  log.write(Buffer.from(line(1) + line(2)))
  log.write(Buffer.from(line(3) + line(4)))
  rmSync(join(folder, 'server.1.log'), { recursive: true })
  log.write(Buffer.from(line(5) + line(6)))
  expect(read('server.log')).toBe(line(0))
  expect(read('server.1.log')).toBe(`… 4 lines left out: they could not be written\n${line(5)}${line(6)}`)
})
