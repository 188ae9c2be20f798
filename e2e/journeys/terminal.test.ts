import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Run } from '../../shared/model/run.ts'
import { TestWorkspace } from '../lathe.ts'

/** Names that would rename a terminal's window, clear it, or colour what follows; the last by a control character of eight bits. */
const title = '\u001b]0;owned\u0007'
const clear = '\u001b[2J'
const eightBits = '\u009b31m'
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

let workspace: TestWorkspace
beforeAll(async () => {
  workspace = await TestWorkspace.make()
})
afterAll(() => workspace.close())

/** Runs a verb and holds what it says, on both streams, to text that a terminal only shows. */
async function said(...args: string[]): Promise<string> {
  const { stdout, stderr } = await workspace.run(args)
  expect(stdout, args.join(' ')).not.toMatch(acting)
  expect(stderr, args.join(' ')).not.toMatch(acting)
  return stdout + stderr
}

test('no name, column, value, log line or error acts on the terminal that shows it', { timeout: 600_000 }, async () => {
  const file = join(workspace.folder, process.platform === 'win32' ? 'rows.csv' : `rows ${title}.csv`)
  const rows = Array.from({ length: 60 }, (_, i) => `${i},${i % 2 ? clear : eightBits},${i % 3 ? 'yes' : `no${title}`}`)
  await writeFile(file, `a,b${clear},target\n${rows.join('\n')}\n`)
  expect(await said('import', file, '--name', 'rows', '--target', 'target')).toContain('rows')
  const run = await workspace.json<Run>('train', 'rows', '--target', 'target', '--algorithm', 'baseline')
  expect(await said('dataset', 'rows')).toContain('\\u{1b}[2J')
  await said('dataset', 'rows', '--json')
  for (const args of [['datasets'], ['run', run.run], ['jobs'], ['log', run.run]]) await said(...args)
  expect(await said('import', file, '--name', 'none', '--type', `b${clear}=number`)).toContain('\\u{1b}')
  expect(await said('dataset', `none${eightBits}`)).toContain('\\u{9b}')
  expect(await said('train', 'rows', '--target', `no${title}`)).toContain('\\u{1b}')
})
