import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { AppError } from '../../../shared/errors.ts'

export interface WorkspaceLock {
  release(): void
}

/**
 * Makes this process the owner of a workspace: an exclusive transaction held on `lock.sqlite`, which the system frees at
 * once when the process ends, however it ends. Throws `workspace-locked` when another process holds it.
 */
export function lockWorkspace(workspace: string): WorkspaceLock {
  let database: BetterSqlite3.Database | undefined
  try {
    mkdirSync(workspace, { recursive: true })
    database = new BetterSqlite3(join(workspace, 'lock.sqlite'), { timeout: 0 })
    database.pragma('journal_mode = DELETE')
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database?.close()
    throw lockFailure(error, workspace)
  }
  const held = database
  return { release: () => held.close() }
}

function lockFailure(error: unknown, workspace: string): unknown {
  const code = String((error as { code?: unknown }).code)
  if (code.startsWith('SQLITE_BUSY')) {
    return new AppError('workspace-locked', `Another engine already works on the workspace ${workspace}`, {
      mend: 'Join it, or end it with `lathe stop`.',
    })
  }
  if (
    ['EACCES', 'EROFS', 'EPERM', 'SQLITE_CANTOPEN', 'ENOTDIR', 'EEXIST'].includes(code) ||
    code.startsWith('SQLITE_READONLY')
  ) {
    return new AppError('workspace-read-only', `The workspace ${workspace} cannot be written to`, {
      mend: 'Give the folder write permission, or name another one with --workspace.',
      cause: error,
    })
  }
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') {
    return new AppError('disk-full', `There is no space left for the workspace ${workspace}`, {
      mend: 'Free some space.',
    })
  }
  return error
}
