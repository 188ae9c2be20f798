import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { Run } from '../../shared/model/run.ts'
import type { ServiceAnswer } from '../../shared/model/service-answer.ts'
import { TestWorkspace } from '../lathe.ts'

/** One row with hostile names and values, asked for in every way that Lathe offers, and scored from a file. */
const execute = promisify(execFile)
const labels = ["it's", '$HOME `id`', 'größer 😀', 'a\nb', '"x, y"', '\\u0041']
const names = ["it's $HOME", 'größe\n"2"']
const row = { [names[0]!]: '$HOME `id`', [names[1]!]: -3.25 }
const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
const header = names.map(cell).join()
let workspace: TestWorkspace
let deployment: Deployment

beforeAll(async () => {
  workspace = await TestWorkspace.make()
  const lines = Array.from({ length: 300 }, (_, i) => {
    const label = labels[i % labels.length]!
    const size = ((i * 37) % 100) / 10 - 5
    return [cell(label), size, size + (i % labels.length) > 1 ? 'yes' : 'no'].join()
  })
  const file = join(workspace.folder, 'hostile.csv')
  await writeFile(file, `${header},outcome\n${lines.join('\n')}\n`)
  await workspace.json('import', file, '--name', 'hostile', '--target', 'outcome')
  const run = await workspace.json<Run>('train', 'hostile', '--target', 'outcome', '--algorithm', 'linear')
  await workspace.json('register', run.run, '--name', 'hostile')
  deployment = await workspace.json<Deployment>('deploy', 'hostile', '--target', 'local', '--name', 'asked')
})
afterAll(async () => {
  if (deployment) await workspace.run(['undeploy', 'asked'])
  await workspace.close()
})

/** What `lathe predict` says of each row. */
async function scored(asked: Record<string, unknown>[]): Promise<{ prediction: string; yes: number }[]> {
  const [file, out] = [join(workspace.folder, 'rows.csv'), join(workspace.folder, 'answers.csv')]
  const lines = asked.map(values => names.map(name => cell(String(values[name] ?? ''))).join())
  await writeFile(file, `${[header, ...lines].join('\n')}\n`)
  await workspace.json('predict', 'hostile', file, '--out', out)
  const [titles, ...answers] = (await readFile(out, 'utf8')).trim().split('\n')
  return answers.map(answer => {
    const at = (name: string) => answer.split(',')[titles!.split(',').indexOf(name)]!
    return { prediction: at('prediction'), yes: Number(at('probability_yes')) }
  })
}

function agree(
  output: { prediction: unknown; probabilities?: Record<string, number> },
  wanted: { prediction: string; yes: number },
) {
  expect(output.prediction).toBe(wanted.prediction)
  expect(output.probabilities!.yes).toBeCloseTo(wanted.yes, 6)
}

test('the service answers a row as `lathe predict` does, and says who answered', async () => {
  const answer = await workspace.json<ServiceAnswer>('ask', 'asked', '--row', JSON.stringify(row))
  agree(answer.outputs![0]!, (await scored([row]))[0]!)
  expect(answer).toMatchObject({
    status: 200,
    address: deployment.url,
    model: { name: 'hostile', version: 1, digest: deployment.bundleDigest },
    error: null,
  })
})

test.skipIf(process.platform === 'win32')('curl and Python, pasted, have the same answer', async () => {
  const rows = labels.map(label => ({ ...row, [names[0]!]: label }))
  const wanted = await scored(rows)
  for (const [i, asked] of rows.entries()) {
    const programOf = async (as: string) =>
      (await workspace.json<{ program: string }>('ask', 'asked', '--row', JSON.stringify(asked), '--as', as)).program
    for (const [shell, as] of [
      ['bash', 'curl'],
      ['python3', 'python'],
    ] as const) {
      const { stdout } = await execute(shell, ['-c', await programOf(as)])
      agree((JSON.parse(stdout) as { outputs: { prediction: string }[] }).outputs[0]!, wanted[i]!)
    }
  }
})

test('a refusal is the service’s own, and what cannot be asked is said', async () => {
  const refused = await workspace.failure('ask', 'asked', '--row', JSON.stringify({ ...row, [names[1]!]: 'big' }))
  expect(refused).toMatchObject({ code: 'bad-data', message: expect.stringContaining('größe') })
  expect(await workspace.failure('ask', 'asked', '--row', '{')).toMatchObject({ code: 'bad-input' })
  expect(await workspace.failure('ask', 'asked', '--row', '[1]')).toMatchObject({ code: 'bad-input' })
  expect(await workspace.failure('ask', 'nobody', '--row', '{}')).toMatchObject({ code: 'not-found' })
})

test('a service that is gone says so', async () => {
  process.kill(Number(deployment.handle.pid), 'SIGKILL')
  await expect
    .poll(async () => (await workspace.failure('ask', 'asked', '--row', JSON.stringify(row))).code, { timeout: 60_000 })
    .toBe('not-ready')
  // Its log is still there, and following it comes to an end.
  const followed = await workspace.run(['logs', 'asked', '--follow'])
  expect(followed).toMatchObject({ code: 0, stdout: expect.stringContaining('"message":"Ready"') })
  expect(await workspace.json('logs', 'asked', '--lines', '1')).toMatchObject({
    isRunning: false,
    lines: [expect.any(String)],
  })
  expect(await workspace.failure('logs', 'asked', '--replica', 'nobody')).toMatchObject({ code: 'not-found' })
})
