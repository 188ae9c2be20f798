import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readRuntimeFile } from '../electron/headless/runtime-file.ts'
import type { Deployment } from '../shared/model/deployment.ts'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const samples = join(root, 'resources', 'samples')

export interface Answer {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** Runs the built command line in a workspace and waits for its end. */
export function run(
  args: string[],
  options: {
    workspace: string
    env?: NodeJS.ProcessEnv
    wrap?: string[]
    cwd?: string
  },
): Promise<Answer> {
  const [program, ...rest] = [...(options.wrap ?? []), process.execPath, join(root, 'out', 'cli.js'), ...args]
  const child = spawn(program!, rest, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env, LATHE_WORKSPACE: options.workspace },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr!.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

/** The flag stands before what a `--` hands on. */
const asJson = ([verb, ...rest]: string[]) => [verb!, '--json', ...rest]

/** The process of a job, by the job's folder; Linux only. */
export async function processOf(jobFolder: string): Promise<number | undefined> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (command.includes('job-main') && command.includes(jobFolder)) return Number(name)
  }
  return undefined
}

/** A workspace of its own with an engine; both, and what was deployed from it, are gone once it is closed. */
export class TestWorkspace {
  readonly folder: string
  env: NodeJS.ProcessEnv = {}

  constructor(folder: string) {
    this.folder = folder
  }

  static #latest: TestWorkspace | null = null
  /** Made for a window before the spec asked for it. */
  static #early: TestWorkspace | null = null

  static async make(): Promise<TestWorkspace> {
    const made = TestWorkspace.#early ?? new TestWorkspace(await mkdtemp(join(tmpdir(), 'lathe-e2e-')))
    TestWorkspace.#early = null
    TestWorkspace.#latest = made
    return made
  }

  /** Folder of what a desktop window is started on: the workspace that the spec made last, or the one that it will make next. */
  static async ofNextWindow(): Promise<string> {
    if (TestWorkspace.#latest) return TestWorkspace.#latest.folder
    TestWorkspace.#early = await TestWorkspace.make()
    return TestWorkspace.#early.folder
  }

  run(args: string[]): Promise<Answer> {
    return run(args, { workspace: this.folder, env: this.env })
  }

  /** The JSON answer of a verb that must succeed. */
  async json<Result = Record<string, never>>(...args: string[]): Promise<Result> {
    const answer = await this.run(asJson(args))
    if (answer.code !== 0)
      throw new Error(`lathe ${args.join(' ')} ended with ${answer.code}: ${answer.stderr}${answer.stdout}`)
    return JSON.parse(answer.stdout) as Result
  }

  /** What a verb that must fail with code 1 says. */
  async failure(...args: string[]): Promise<{ code: string; message: string; mend?: string }> {
    const answer = await this.run(asJson(args))
    if (answer.code !== 1)
      throw new Error(`lathe ${args.join(' ')} ended with ${answer.code}, not 1: ${answer.stdout}${answer.stderr}`)
    return (
      JSON.parse(answer.stdout) as {
        error: { code: string; message: string; mend?: string }
      }
    ).error
  }

  /** Where a window of this workspace opens, once for each browser; starts the engine where none runs. */
  async url(): Promise<string> {
    return (await this.json<{ url: string }>('open', '--no-browser')).url
  }

  /** What a script of a person's sends. */
  get headers(): { authorization: string } {
    const info = readRuntimeFile(this.folder)
    if (!info) throw new Error('No engine is running')
    return { authorization: `Bearer ${info.token}` }
  }

  /** Leaves no process and no file behind; what is broken on purpose does not keep it from the rest. */
  async close(): Promise<void> {
    if (TestWorkspace.#latest === this) TestWorkspace.#latest = null
    await this.#undeployAll()
    await this.run(['stop'])
    await rm(this.folder, {
      recursive: true,
      force: true,
      maxRetries: 5,
      retryDelay: 200,
    })
  }

  /** A service outlives the engine that deployed it. */
  async #undeployAll(): Promise<void> {
    const { code, stdout } = await this.run(['deployments', '--json'])
    if (code !== 0) return
    const { deployments } = JSON.parse(stdout) as { deployments: Deployment[] }
    for (const { deployment } of deployments) await this.run(['undeploy', deployment])
  }
}
