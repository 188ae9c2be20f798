import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ScriptRequest } from '../../../shared/contract/scripts.ts'
import { systemClock } from '../base/index.ts'
import type { DomainContext, Submission } from '../jobs/index.ts'
import { environmentSecret } from './run-script.ts'
import { createScripts } from './scripts.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-scripts-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function scriptsOf(isReachable: boolean) {
  const submitted: Submission<unknown>[] = []
  const jobs = {
    newJobId: () => 'job-1',
    submit: (submission: Submission<unknown>) => submitted.push(submission),
  }
  const registry = { transaction: (work: () => unknown) => work() }
  const context = { registry, jobs, clock: systemClock } as unknown as DomainContext
  const scripts = createScripts(context, { isReachable } as unknown as Parameters<typeof createScripts>[1])
  const run = async (asked: Partial<ScriptRequest>) =>
    scripts.operations.run(ScriptRequest.parse({ file: join(folder, 'fit.py'), ...asked }), {})
  return { run, scripts, submitted }
}

test('an engine that other machines reach runs no program that a client names', async () => {
  await writeFile(join(folder, 'fit.py'), '')
  await expect(scriptsOf(true).run({})).rejects.toMatchObject({ code: 'forbidden' })
})

test('values of the environment go to the job by the door of the secrets, and stand in no input', async () => {
  await writeFile(join(folder, 'fit.py'), '')
  const { run, scripts, submitted } = scriptsOf(false)
  await run({ environment: { TOKEN: 'very secret' } })
  expect(JSON.stringify(submitted)).toContain('TOKEN')
  expect(JSON.stringify(submitted)).not.toContain('very secret')
  expect(scripts.secret(environmentSecret('job-1'))).toBe('{"TOKEN":"very secret"}')
  expect(scripts.secret('registry-login')).toBeNull()
  const job = { job: 'job-1', input: { run: null } } as never
  scripts.handlers[0]!.ended!(job, 'failed', { code: 'bad-file', message: '' })
  expect(scripts.secret(environmentSecret('job-1'))).toBeNull()
})

test('what cannot be run is said before a job is made', async () => {
  const { run, submitted } = scriptsOf(false)
  await expect(run({})).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('There is no file'),
  })
  await writeFile(join(folder, 'fit.py'), '')
  await expect(run({ folder: join(folder, 'gone') })).rejects.toMatchObject({ code: 'not-found' })
  await expect(run({ file: 'fit.py' })).rejects.toMatchObject({ code: 'bad-input' })
  await expect(run({ python: 'python3', command: 'sh' })).rejects.toMatchObject({ code: 'bad-input' })
  await expect(run({ environment: { LATHE_OUTPUT: '/' } })).rejects.toMatchObject({ code: 'bad-input' })
  await expect(run({ target: 'y' })).rejects.toMatchObject({ mend: 'Add --dataset.' })
  expect(submitted).toEqual([])
})
