import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Checkpoint, checkpointFile, noteCrash, PausedError } from './checkpoint.ts'

let folder: string
let said: string[]
const open = (pause?: AbortSignal) => new Checkpoint(folder, pause, message => said.push(message))
const state = { rows: Int32Array.of(3, 1, 2), sums: Float64Array.of(0.1, Number.NaN), nested: [{ best: null }] }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-checkpoint-'))
  said = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('what was written is read by the next process, to the bit, and by the same work alone', async () => {
  await open().write('work', state)
  await open().write('work', { ...state, later: true })
  expect(open().read('work')).toEqual({ ...state, later: true })
  expect(said).toEqual([])
  expect(open().read('other work')).toBe(null)
  expect(said).toEqual([expect.stringContaining('of other data, settings')])
})

test('a damaged one is not used, and what a killed process left half-written is removed', async () => {
  await open().write('work', state)
  await writeFile(`${checkpointFile(folder)}.0a1b2c3d.part`, 'half')
  await appendFile(checkpointFile(folder), 'x')
  expect(open().read('work')).toBe(null)
  expect(said).toEqual(['The checkpoint is damaged: it is not used'])
  expect(await readdir(folder)).toEqual([])
})

test('where it cannot be written the work goes on with the last one, and it is said once', async () => {
  const checkpoint = open()
  await checkpoint.write('work', state)
  // A folder in the place of the file cannot be renamed over.
  await rm(checkpointFile(folder))
  await mkdir(join(checkpointFile(folder), 'in the way'), { recursive: true })
  await checkpoint.write('work', state)
  await checkpoint.write('work', state)
  expect(said).toEqual([expect.stringMatching(/^A checkpoint could not be written \(.+\): the work goes on/)])
})

test('a crash is told to the next process where there is a checkpoint; a note that cannot be written is no error', async () => {
  expect(noteCrash(folder, 'ended by SIGSEGV')).toBe(false)
  await open().write('work', state)
  expect(noteCrash(folder, 'ended by SIGSEGV')).toBe(true)
  expect(open().crash).toBe('ended by SIGSEGV')
  expect(open().crash).toBe(null)
  await mkdir(join(folder, 'crash'))
  expect(noteCrash(folder, 'ended by SIGSEGV')).toBe(false)
})

test('a job that is to pause is due at once, and stops when its checkpoint is written', async () => {
  const pause = new AbortController()
  const checkpoint = open(pause.signal)
  expect(checkpoint.isDue()).toBe(false)
  pause.abort()
  expect(checkpoint.isDue()).toBe(true)
  await expect(checkpoint.write('work', state)).rejects.toThrow(PausedError)
  expect(open().read('work')).toEqual(state)
})
