import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** How to reach the engine of a workspace. Only its owner can read it; it never lies in the workspace. */
export interface RuntimeInfo {
  port: number
  /** New at each start of the engine: what another program was sent on a port that it took is worth nothing. */
  token: string
  pid: number
  /** New at each start; an engine that answers with it is the one that wrote this file. */
  boot: string
}

/** What a window that outlives an engine needs of the next one: the port, and by what the two prove themselves to each other. */
export interface LastDoor {
  port: number
  rejoin: string
}

/** The user's own folder for what lives as long as a login; made with mode 0700 and refused when somebody else owns it. */
function runtimeFolder(): string {
  const base = process.env.XDG_RUNTIME_DIR ?? (process.platform === 'win32' ? process.env.LOCALAPPDATA : undefined)
  const folder = base ? join(base, 'lathe') : join(tmpdir(), `lathe-${userInfo().username}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.getuid && statSync(folder).uid !== process.getuid()) {
    throw new Error(`The folder ${folder} belongs to another user`)
  }
  return folder
}

/** The same name for every way of writing the same folder, whether it is there yet or not. */
function realFolder(workspace: string): string {
  const absolute = resolve(workspace)
  let existing = absolute
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing)
  return join(realpathSync(existing), absolute.slice(existing.length))
}

/** Path of the file for a workspace; beside it, `.error` holds why the last start failed, `.log` what it said, and `.door` where the last engine listened. */
export function runtimeFilePath(workspace: string): string {
  const key = createHash('sha256').update(realFolder(workspace)).digest('hex').slice(0, 20)
  return join(runtimeFolder(), `${key}.json`)
}

/** Null when no engine has left word, or its word is torn. */
export function readRuntimeFile(workspace: string): RuntimeInfo | null {
  try {
    return JSON.parse(readFileSync(runtimeFilePath(workspace), 'utf8')) as RuntimeInfo
  } catch {
    return null
  }
}

export function writeRuntimeFile(workspace: string, info: RuntimeInfo, door: LastDoor): void {
  const path = runtimeFilePath(workspace)
  for (const [file, content] of [[path, info] as const, [`${path}.door`, door] as const]) {
    rmSync(file, { force: true })
    writeFileSync(file, JSON.stringify(content), { mode: 0o600, flag: 'wx' })
  }
  rmSync(`${path}.error`, { force: true })
}

/** Where the last engine of this workspace listened since this user logged in, however it ended; null when there was none. */
export function lastDoor(workspace: string): LastDoor | null {
  try {
    const door = JSON.parse(readFileSync(`${runtimeFilePath(workspace)}.door`, 'utf8')) as Partial<LastDoor>
    return door.port && door.rejoin ? { port: door.port, rejoin: door.rejoin } : null
  } catch {
    return null
  }
}

/** Removes the file when it is still that of this engine. */
export function removeRuntimeFile(workspace: string, boot: string): void {
  if (readRuntimeFile(workspace)?.boot === boot) rmSync(runtimeFilePath(workspace), { force: true })
}

/** Leaves word of a failed start for whoever tried it. */
export function writeStartError(workspace: string, error: unknown): void {
  writeFileSync(`${runtimeFilePath(workspace)}.error`, JSON.stringify(error), { mode: 0o600 })
}
