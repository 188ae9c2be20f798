import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { AppError } from '../../../../../shared/errors.ts'
import { logFileName } from '../../../../../shared/lib/log-files.ts'
import { HolderAnswer, type HolderRequest, HolderState, holderStateFile } from '../../../../../shared/model/holder.ts'
import { entryPath, writeFileAtomic } from '../../../base/index.ts'
import { openLocalSocket } from '../../../clients/index.ts'
import { isAlive, processStart } from '../../../jobs/index.ts'
import { pause, portTaken, requireDigest } from '../readiness.ts'

const readyTimeoutMs = 60_000

/** `process.json` in a deployment's folder: written as soon as the process is there, so that it is never lost. */
const ServerProcess = z.object({
  /** Of the holder, whose end is the end of the servers behind it. */
  pid: z.number().int(),
  /** When it started, as `processStart` tells: pids are given away again. */
  started: z.string().nullable(),
  /** The socket or pipe that the holder is asked by. */
  control: z.string(),
  port: z.number().int(),
  model: z.string(),
  version: z.number().int(),
  bundleDigest: z.string(),
})
export type ServerProcess = z.infer<typeof ServerProcess>
type Served = Pick<ServerProcess, 'port' | 'model' | 'version' | 'bundleDigest'>

const recordFile = 'process.json'
const holderStartMs = 15_000

/** The recorded process of a deployment folder, dead or alive; null when none was ever started. */
export async function readServerProcess(folder: string): Promise<ServerProcess | null> {
  const text = await readFile(join(folder, recordFile), 'utf8').catch(() => null)
  return text === null ? null : ServerProcess.parse(JSON.parse(text))
}

export async function writeServerProcess(folder: string, record: ServerProcess): Promise<void> {
  await writeFileAtomic(join(folder, recordFile), JSON.stringify(record))
}

/** What became of the server since it was deployed; null for nothing, or nothing that can be read. */
export async function readHolderState(folder: string): Promise<HolderState | null> {
  try {
    return HolderState.parse(JSON.parse(await readFile(join(folder, holderStateFile), 'utf8')))
  } catch {
    return null
  }
}

/** Starts a process that outlives this one and holds the port for the servers that `serveNext` has it start. */
export async function startHolder(folder: string, served: Served): Promise<ServerProcess> {
  await rm(join(folder, holderStateFile), { force: true })
  // What it says itself, should it not come up; what its servers say it writes there by itself.
  const log = openSync(join(folder, logFileName(0)), 'a')
  const control = await newControl()
  const child = spawn(process.execPath, [entryPath('holder'), control], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', log, log],
    windowsHide: true,
    env: serverEnvironment(),
  })
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  child.unref()
  const { port, model, version, bundleDigest } = served
  const what = { control, port, model, version, bundleDigest }
  const record = { pid: child.pid!, started: processStart(child.pid!), ...what }
  await writeServerProcess(folder, record)
  return record
}

/** A socket in a folder that only this user enters; its path must be short, as a deployment's folder may not be. */
async function newControl(): Promise<string> {
  if (process.platform === 'win32') return `\\\\.\\pipe\\lathe-${randomUUID()}`
  return join(await mkdtemp(join(tmpdir(), 'lathe-holder-')), 'control')
}

/** Connects to a holder; null where none answers although its process may live. */
export async function connectHolder(holder: ServerProcess, signal: AbortSignal): Promise<Duplex | null> {
  for (const end = Date.now() + holderStartMs; isAlive(holder.pid, holder.started); ) {
    const socket = await openLocalSocket(holder.control)
    if (socket || Date.now() > end) return socket
    await pause(50, signal)
  }
  return null
}

/**
 * Has the holder put a server of `bundle` in place of the one that serves. Hanging up ends the try and leaves the old one;
 * so does the end of this process. Throws with the new server's last words when it ended before it was ready.
 */
export async function serveNext(
  holder: Duplex,
  { bundle, served, signal }: { bundle: string; served: Served; signal: AbortSignal },
): Promise<void> {
  const { model, version, port } = served
  const request: HolderRequest = {
    entry: entryPath('serving'),
    arguments: [
      ...['--bundle', bundle, `--name=${model}`, '--version', String(version)],
      ...['--host', '127.0.0.1', '--port', String(port)],
    ],
  }
  signal.throwIfAborted()
  const hangUp = () => holder.destroy()
  signal.addEventListener('abort', hangUp, { once: true })
  const timer = setTimeout(hangUp, readyTimeoutMs)
  try {
    holder.write(`${JSON.stringify(request)}\n`)
    const line = await text(holder).catch(() => '')
    signal.throwIfAborted()
    if (line === '') throw new AppError('not-ready', `The model server was not ready within ${readyTimeoutMs / 1000} s`)
    const answer = HolderAnswer.parse(JSON.parse(line))
    if (!answer.ok) throw endedEarly(port, answer.lastWords)
    requireDigest({ isReady: true, digest: answer.digest }, served.bundleDigest, 'The new server')
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', hangUp)
  }
}

/** What the server needs of our environment: no secret of Lathe's, no debugger flags. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(LATHE_|NODE_OPTIONS$|NODE_CHANNEL)/.test(name))
  return { ...Object.fromEntries(kept), ORT_DISABLE_TELEMETRY: '1', NODE_NO_WARNINGS: '1' }
}

function endedEarly(port: number, lastWords: string): AppError {
  if (/EADDRINUSE/.test(lastWords)) return portTaken(port)
  return new AppError('not-ready', `The model server ended before it was ready: ${lastWords || 'it said nothing'}`)
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
