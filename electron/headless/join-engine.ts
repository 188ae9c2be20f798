import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createLatheClient, type LatheClient } from '../../shared/contract/client.ts'
import { AppError, type ErrorJson } from '../../shared/errors.ts'
import { type RuntimeInfo, readRuntimeFile, runtimeFilePath, writeStartError } from './runtime-file.ts'

export type { RuntimeInfo }

/** On a machine that is busy with other work; one that cannot start says so at once. */
const startTimeoutMs = 90_000
const stopTimeoutMs = 60_000
const healthTimeoutMs = 5000
const pollMs = 25

/** The engine's program: beside the bundle of this command, or its source in a clone under test. */
export const engineProgram = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './main.ts' : 'headless.js', import.meta.url),
)

/**
 * What Node runs an engine with. It allocates little that lives and much that does not: with the nursery of a big server (16 MB and more)
 * its resident memory would rise for an hour before it is collected, with a small one it stays.
 */
export const engineNodeFlags = ['--max-semi-space-size=2']

/** What an engine is started with. Left out: this process's own Node, and the program beside it. */
export interface EngineStart {
  /** The Node that runs it; inside Electron this process is none. */
  node?: string
  program?: string
  environment?: NodeJS.ProcessEnv
  /** Opens the secrets; goes through the engine's stdin, where no list of processes shows it. */
  passphrase?: string | null
}

export function engineUrl(engine: RuntimeInfo): string {
  return `http://127.0.0.1:${engine.port}`
}

/** The engine that owns the workspace and answers now; null when there is none. */
export async function findEngine(workspace: string): Promise<RuntimeInfo | null> {
  const engine = readRuntimeFile(workspace)
  if (!engine) return null
  try {
    const response = await fetch(`${engineUrl(engine)}/api/health`, {
      headers: { authorization: `Bearer ${engine.token}` },
      signal: AbortSignal.timeout(healthTimeoutMs),
    })
    const health = (await response.json()) as { boot?: unknown }
    return health.boot === engine.boot ? engine : null
  } catch {
    return null
  }
}

/** Joins the engine of a workspace, or starts it. Throws the engine's own error when it cannot start. */
export async function joinEngine(workspace: string, start: EngineStart = {}): Promise<RuntimeInfo> {
  return (await findEngine(workspace)) ?? (await startEngine(workspace, start))
}

/** Where a new window of this engine opens, once. */
export async function windowUrl(engine: RuntimeInfo): Promise<string> {
  const headers = { authorization: `Bearer ${engine.token}` }
  const answer = await fetch(`${engineUrl(engine)}/api/tickets`, { method: 'POST', headers })
  if (!answer.ok) throw new AppError('not-ready', `The engine gives no ticket (${answer.status})`)
  return `${engineUrl(engine)}/#ticket=${((await answer.json()) as { ticket: string }).ticket}`
}

export function clientOf(engine: RuntimeInfo): LatheClient {
  return createLatheClient({ url: engineUrl(engine), token: engine.token })
}

/** Ends an engine, whose jobs are cancelled or interrupted, and waits until its process is gone. */
export async function stopEngine(engine: RuntimeInfo): Promise<void> {
  await clientOf(engine).workspace.stop()
  const deadline = performance.now() + stopTimeoutMs
  while (isAlive(engine.pid)) {
    if (performance.now() > deadline) {
      throw new AppError(
        'not-ready',
        `The engine (process ${engine.pid}) has not ended after ${stopTimeoutMs / 1000} s`,
      )
    }
    await sleep(pollMs)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function startEngine(workspace: string, start: EngineStart): Promise<RuntimeInfo> {
  const deadline = performance.now() + startTimeoutMs
  let error: AppError | null = null
  while (performance.now() < deadline) {
    const child = spawnEngine(workspace, start)
    while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
      await sleep(pollMs)
      const engine = await findEngine(workspace)
      if (engine) return engine
    }
    error = startError(workspace)
    // Two commands may start it at the same moment, or the last one is still closing: then the other's answer will do.
    if (error.code !== 'workspace-locked') throw error
    await sleep(250)
    const engine = await findEngine(workspace)
    if (engine) return engine
  }
  throw error ?? startError(workspace)
}

function spawnEngine(workspace: string, start: EngineStart): ChildProcess {
  const file = runtimeFilePath(workspace)
  rmSync(`${file}.error`, { force: true })
  const log = openSync(`${file}.log`, 'w', 0o600)
  const passphraseFile = process.env.LATHE_PASSPHRASE_FILE
  const { passphrase = null } = start
  const args = [...engineNodeFlags, start.program ?? engineProgram, '--workspace', workspace]
  if (passphrase !== null) args.push('--passphrase-from-stdin')
  try {
    const child = spawn(start.node ?? process.execPath, args, {
      cwd: homedir(),
      detached: true,
      stdio: [passphrase === null ? 'ignore' : 'pipe', 'ignore', log],
      windowsHide: true,
      env: {
        ...(start.environment ?? process.env),
        ORT_DISABLE_TELEMETRY: '1',
        ...(passphraseFile ? { LATHE_PASSPHRASE_FILE: resolve(passphraseFile) } : {}),
      },
    })
    child.on('error', error =>
      writeStartError(workspace, new AppError('not-ready', `The engine could not be started: ${error.message}`)),
    )
    // One that ended at once has said why in its own words.
    child.stdin?.on('error', () => {})
    child.stdin?.end(`${passphrase}\n`)
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

/** Why the last start failed: in the engine's words, or by what it left on stderr. */
function startError(workspace: string): AppError {
  const file = runtimeFilePath(workspace)
  try {
    return AppError.fromJSON(JSON.parse(readFileSync(`${file}.error`, 'utf8')) as ErrorJson)
  } catch {
    return new AppError('not-ready', `The engine did not start within ${startTimeoutMs / 1000} s`, {
      mend: `What it said last stands in ${file}.log.`,
    })
  }
}
