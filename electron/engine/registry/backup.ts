import { existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import BetterSqlite3, { type Database } from 'better-sqlite3'
import { AppError } from '../../../shared/errors.ts'
import type { Backup } from '../../../shared/model/workspace.ts'
import { syncFolder } from '../base/index.ts'

/** Daily copies that are kept; those made by hand or before a migration are never removed. */
const keptDailyBackups = 14

/** Throws when the file is not a whole, sound SQLite database. */
function verify(file: string): void {
  const copy = new BetterSqlite3(file, { readonly: true })
  try {
    const answer = copy.pragma('integrity_check', { simple: true })
    if (answer !== 'ok')
      throw new AppError('registry-corrupt', `The backup ${basename(file)} is damaged: ${String(answer)}`)
  } finally {
    copy.close()
  }
}

/** Copies the live registry to `backups/`, checks the copy, and only then gives it its name. */
export async function backUp(
  database: Database,
  options: { workspace: string; nowMs: number; reason: 'daily' | 'by-hand' | `before-migration-${number}` },
): Promise<Backup> {
  const folder = join(options.workspace, 'backups')
  await mkdir(folder, { recursive: true })
  const stamp = new Date(options.nowMs).toISOString().replace(/[:.]/g, '-')
  const name = `registry-${stamp}-${options.reason}.sqlite`
  const temporary = join(folder, `${name}.part`)
  try {
    await database.backup(temporary)
    verify(temporary)
    const handle = await open(temporary, 'r+')
    await handle.sync()
    await handle.close()
    await rename(temporary, join(folder, name))
  } finally {
    await rm(temporary, { force: true })
    await rm(`${temporary}-wal`, { force: true })
    await rm(`${temporary}-shm`, { force: true })
  }
  await syncFolder(folder)
  if (options.reason === 'daily') await removeOldDailies(options.workspace)
  const { size } = await stat(join(folder, name))
  return { file: `backups/${name}`, sizeBytes: size, createdAt: options.nowMs, reason: options.reason }
}

/** Backups of a workspace, newest first. Paths are relative to it. */
export async function listBackups(workspace: string): Promise<Backup[]> {
  const folder = join(workspace, 'backups')
  const names = existsSync(folder) ? await readdir(folder) : []
  const backups: Backup[] = []
  for (const name of names) {
    const match = /^registry-(\d{4}-\d{2}-\d{2}T\d{2})-(\d{2})-(\d{2})-(\d{3})Z-(.+)\.sqlite$/.exec(name)
    if (!match) continue
    const createdAt = Date.parse(`${match[1]}:${match[2]}:${match[3]}.${match[4]}Z`)
    const { size } = await stat(join(folder, name))
    backups.push({ file: `backups/${name}`, sizeBytes: size, createdAt, reason: match[5]! })
  }
  return backups.sort((a, b) => b.createdAt - a.createdAt)
}

async function removeOldDailies(workspace: string): Promise<void> {
  const dailies = (await listBackups(workspace)).filter(backup => backup.reason === 'daily')
  for (const backup of dailies.slice(keptDailyBackups)) await rm(join(workspace, backup.file))
}

/**
 * Puts a backup in the place of the registry, which must be closed. The file that was there is kept beside it. Throws
 * `registry-corrupt` when the backup itself is damaged, and then changes nothing.
 */
export async function restoreBackup(
  workspace: string,
  file: string,
  nowMs: number,
): Promise<{ restored: string; kept: string | null }> {
  if (!existsSync(file)) throw new AppError('not-found', `There is no backup file ${file}`)
  try {
    verify(file)
  } catch (error) {
    throw new AppError('registry-corrupt', `The backup ${basename(file)} cannot be used: it is not a sound registry`, {
      mend: 'Choose an older one: `lathe backups` lists them.',
      cause: error,
    })
  }
  const target = join(workspace, 'registry.sqlite')
  const temporary = `${target}.part`
  const source = new BetterSqlite3(file, { readonly: true })
  try {
    await source.backup(temporary)
  } finally {
    source.close()
  }
  const stamp = new Date(nowMs).toISOString().replace(/[:.]/g, '-')
  const kept = existsSync(target) ? `registry-replaced-${stamp}.sqlite` : null
  if (kept) {
    await rename(target, join(workspace, kept))
    for (const suffix of ['-wal', '-shm']) {
      if (existsSync(target + suffix)) await rename(target + suffix, join(workspace, kept + suffix))
    }
  }
  await rename(temporary, target)
  await syncFolder(workspace)
  return { restored: basename(file), kept }
}
