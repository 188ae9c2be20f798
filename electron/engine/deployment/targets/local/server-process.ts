import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../../../shared/errors.ts'
import { entryPath, writeFileAtomic } from '../../../base/index.ts'
import { isAlive, processStart } from '../../../jobs/index.ts'
import { pause } from '../readiness.ts'

/** `process.json` in a deployment's folder: written as soon as the process is there, so that it is never lost. */
const ServerProcess = z.object({
  pid: z.number().int(),
  /** When it started, as `processStart` tells: pids are given away again. */
  started: z.string().nullable(),
  port: z.number().int(),
  bundleDigest: z.string(),
})
export type ServerProcess = z.infer<typeof ServerProcess>

export interface ServerArguments {
  folder: string
  port: number
  model: string
  version: number
  bundleDigest: string
}

const recordFile = 'process.json'
export const logFile = 'server.log'

/** The recorded process of a deployment folder, dead or alive; null when none was ever started. */
export async function readServerProcess(folder: string): Promise<ServerProcess | null> {
  const text = await readFile(join(folder, recordFile), 'utf8').catch(() => null)
  return text === null ? null : ServerProcess.parse(JSON.parse(text))
}

/** Starts a model server that outlives this process, serving `folder/bundle` on 127.0.0.1. */
export async function startServer(options: ServerArguments): Promise<ServerProcess> {
  const { folder, port, bundleDigest } = options
  const log = openSync(join(folder, logFile), 'w')
  const child = spawn(
    process.execPath,
    [
      entryPath('serving'),
      ...['--bundle', join(folder, 'bundle'), `--name=${options.model}`, '--version', String(options.version)],
      ...['--host', '127.0.0.1', '--port', String(port)],
    ],
    {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
      env: serverEnvironment(),
    },
  )
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  child.unref()
  const record = { pid: child.pid!, started: processStart(child.pid!), port, bundleDigest }
  await writeFileAtomic(join(folder, recordFile), JSON.stringify(record))
  return record
}

/** What the server needs of our environment: no secret of Lathe's, no debugger flags. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(LATHE_|NODE_OPTIONS$|NODE_CHANNEL)/.test(name))
  return { ...Object.fromEntries(kept), ORT_DISABLE_TELEMETRY: '1', NODE_NO_WARNINGS: '1' }
}

/** Throws with the server's last words when it has ended. */
export function requireAlive(folder: string, server: ServerProcess): void {
  if (isAlive(server.pid, server.started)) return
  const lastWords = lastLines(folder)
  if (/EADDRINUSE/.test(lastWords)) {
    throw new AppError('port-taken', `Port ${server.port} of 127.0.0.1 was taken before the model server had it`, {
      mend: 'Deploy again, or name another port with --port.',
    })
  }
  throw new AppError('not-ready', `The model server ended before it was ready: ${lastWords || 'it said nothing'}`)
}

export function lastLines(folder: string): string {
  const path = join(folder, logFile)
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').slice(-12).join('\n').slice(-2000) : ''
}

/** Ends the process if it is still the one that was recorded: politely, and after `graceMs` by force. */
export async function endServer(server: ServerProcess, signal: AbortSignal, graceMs = 10_000): Promise<void> {
  const kill = (name: NodeJS.Signals) => {
    try {
      process.kill(server.pid, name)
    } catch {
      // Gone already.
    }
  }
  if (!isAlive(server.pid, server.started)) return
  kill('SIGTERM')
  for (const end = Date.now() + graceMs; Date.now() < end; ) {
    if (!isAlive(server.pid, server.started)) return
    await pause(50, signal)
  }
  kill('SIGKILL')
  while (isAlive(server.pid, server.started)) await pause(50, signal)
}
