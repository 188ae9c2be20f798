import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { isAlive, processStart } from './process-identity.ts'
import { type ProgramOptions, runProgram } from './run-program.ts'

let folder: string
let log: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-program-'))
  log = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function runNode(code: string, options: Partial<ProgramOptions> = {}, signal = new AbortController().signal) {
  const file = join(folder, 'program.mjs')
  await writeFile(file, code)
  return runProgram(
    { program: process.execPath, args: [file], cwd: folder, ...options },
    { signal, folder, log: message => log.push(message) },
  )
}

/** Starts a child in a session of its own, that says its number and never ends. */
const leavesChild = `
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'inherit' })
writeFileSync('child', String(child.pid))
`
const childOf = async () => Number(await readFile(join(folder, 'child'), 'utf8'))
const forever = 'setInterval(() => {}, 1000)'
/** Only Linux tells what a process carries in its environment. */
const onLinux = process.platform === 'linux'

test('what it prints is logged, its code and what it took are told', async () => {
  const end = await runNode(`
    const memory = Buffer.alloc(80e6, 1)
    const until = process.cpuUsage().user + 2e5
    while (process.cpuUsage().user < until) memory[0] += 1
    console.log('said')
    console.error('whispered')
    setTimeout(() => process.exit(7), 400)`)
  expect(end).toMatchObject({ code: 7, killedBy: null, isOverdue: false, errors: ['whispered'] })
  expect(log.toSorted()).toEqual(['said', 'whispered'])
  expect(end.usage.seconds).toBeGreaterThan(0)
  if (!onLinux) return
  expect(end.usage.cpuSeconds).toBeGreaterThan(0.15)
  expect(end.usage.peakBytes).toBeGreaterThan(80e6)
})

test('of very much that is printed the first and the last lines are kept, in bounded memory', async () => {
  const before = process.memoryUsage().rss
  const end = await runNode(`
    import { writeSync } from 'node:fs'
    const long = Buffer.alloc(1 << 20, 'x')
    for (let i = 0; i < 100; i += 1) writeSync(1, long)
    writeSync(1, '\\n')
    const lines = Buffer.from(Array.from({ length: 20_000 }, (_, i) => 'line ' + i + '\\n').join(''))
    for (let i = 0; i < 50; i += 1) writeSync(1, lines)`)
  expect(end.printed.lines).toBe(1_000_001)
  expect(end.printed.bytes).toBeGreaterThan(100e6)
  expect(log).toHaveLength(1101)
  expect(log[0]).toMatch(/^x{1900,2100} …$/)
  expect(log[1000]).toMatch(/^998,901 lines were left out here: of the .* that it printed the log keeps/)
  expect(log.at(-1)).toBe('line 19999')
  expect(process.memoryUsage().rss - before).toBeLessThan(120e6)
})

test('of a line that overwrites itself the last state is kept, and a hidden text is in no line', async () => {
  const hidden = ['s3cret-value\nsecond line of it']
  const code = `process.stdout.write('10 %\\r50 %\\r100 %\\nkey=s3cret-value second line of it\\nno end')`
  await runNode(code, { hidden })
  expect(log).toEqual(['100 %', 'key=••• •••', 'no end'])
})

test('its environment is that of the job without what is Lathe’s, and what it is given', async () => {
  vi.stubEnv('LATHE_WORKSPACE', '/somewhere')
  const code = `console.log([process.env.LATHE_WORKSPACE, process.env.GIVEN, process.env.LATHE_OUTPUT].join())`
  await runNode(code, { environment: { GIVEN: 'yes', LATHE_OUTPUT: 'out' } })
  vi.unstubAllEnvs()
  expect(log).toEqual([',yes,out'])
})

test.runIf(onLinux)('at its limit it is ended with what it started', async () => {
  const end = await runNode(`${leavesChild}\n${forever}`, { limitMs: 5000 })
  expect(end).toMatchObject({ code: null, killedBy: 'SIGKILL', isOverdue: true })
  await expect.poll(async () => processStart(await childOf())).toBeNull()
})

test.runIf(onLinux)('a cancel ends it with what it started', async () => {
  const abort = new AbortController()
  const reason = new AppError('cancelled', 'Cancelled')
  const running = runNode(`${leavesChild}\n${forever}`, {}, abort.signal)
  const ended = expect(running).rejects.toBe(reason)
  // The file is there before the number is in it.
  const isThere = () => existsSync(join(folder, 'child'))
  const pid = await vi.waitUntil(async () => isThere() && (await childOf()), { timeout: 30_000 })
  const started = processStart(pid)
  abort.abort(reason)
  await ended
  await expect.poll(() => isAlive(pid, started)).toBe(false)
})

test.runIf(onLinux)('what it leaves running when it ends is ended too', async () => {
  expect(await runNode(`${leavesChild}\nchild.unref()\nprocess.exit(0)`)).toMatchObject({ code: 0 })
  await expect.poll(async () => processStart(await childOf())).toBeNull()
})

test('a program that is not there is said', async () => {
  const run = runNode('', { program: 'no-such-program', mend: 'Name another.' })
  await expect(run).rejects.toMatchObject({
    code: 'not-found',
    message: 'The program "no-such-program" cannot be started',
    mend: 'Name another.',
  })
})
