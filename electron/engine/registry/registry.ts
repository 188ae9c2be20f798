import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3, { type Database } from 'better-sqlite3'
import { AppError } from '../../../shared/errors.ts'
import { BundleStore } from './bundle-store.ts'
import { ContentStore } from './content-store.ts'
import { migrate } from './migrate.ts'

/** What a workspace knows: one SQLite file and the content-addressed files beside it. */
export class Registry {
  /** Absolute path of the workspace. Nothing in the registry holds it, so that a workspace can be moved. */
  readonly workspace: string
  readonly database: Database
  readonly store: ContentStore
  readonly bundles: BundleStore
  /** True when the last engine did not end cleanly. */
  readonly wasUnclean: boolean

  constructor(workspace: string, database: Database, wasUnclean: boolean) {
    this.workspace = workspace
    this.database = database
    this.wasUnclean = wasUnclean
    this.store = new ContentStore(join(workspace, 'store'), join(workspace, 'tmp'))
    this.bundles = new BundleStore(database, this.store)
  }

  /** Runs a synchronous function in one transaction (nested ones become savepoints); all of it is written, or nothing. */
  transaction<Result>(work: () => Result): Result {
    return this.database.transaction(work).immediate()
  }

  meta(key: string): string | null {
    const row = this.database.prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined
    return row?.value ?? null
  }

  setMeta(key: string, value: string): void {
    this.database
      .prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
      .run(key, value)
  }

  /** A clean end: the next start needs no check. */
  close(): void {
    if (!this.database.open) return
    this.setMeta('clean', '1')
    this.database.close()
  }
}

const minimumSqlite = [3, 51, 3] as const

/** SQLite before 3.51.3 can corrupt a database in WAL mode in a rare race. */
function assertSqliteVersion(database: Database): void {
  const { version } = database.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  const parts = version.split('.').map(Number)
  for (let i = 0; i < 3; i += 1) {
    if (parts[i]! > minimumSqlite[i]!) return
    if (parts[i]! < minimumSqlite[i]!) {
      throw new AppError(
        'internal',
        `SQLite ${version} is older than ${minimumSqlite.join('.')} and may corrupt the registry`,
      )
    }
  }
}

function openDatabase(file: string): Database {
  const database = new BetterSqlite3(file)
  assertSqliteVersion(database)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.pragma('busy_timeout = 5000')
  return database
}

/**
 * Opens (or makes) the registry of a workspace: checks it after an unclean end, backs it up and migrates it where it is
 * older, refuses it where it is newer or corrupt. The caller owns the workspace's lock.
 */
export async function openRegistry(workspace: string, options: { nowMs: number }): Promise<Registry> {
  mkdirSync(workspace, { recursive: true })
  const file = join(workspace, 'registry.sqlite')
  const isNew = !existsSync(file)
  let database: Database | undefined
  try {
    database = openDatabase(file)
    const wasUnclean = !isNew && readMeta(database, 'clean') !== '1'
    if (wasUnclean) quickCheck(database)
    await migrate(database, { workspace, nowMs: options.nowMs })
    const registry = new Registry(workspace, database, wasUnclean)
    registry.setMeta('clean', '0')
    return registry
  } catch (error) {
    database?.close()
    throw openFailure(error, workspace)
  }
}

function readMeta(database: Database, key: string): string | null {
  const hasMeta = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'").get()
  if (!hasMeta) return null
  const row = database.prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined
  return row?.value ?? null
}

function quickCheck(database: Database): void {
  const answer = database.pragma('quick_check', { simple: true })
  if (answer !== 'ok') throw Object.assign(new Error(String(answer)), { code: 'SQLITE_CORRUPT' })
}

function openFailure(error: unknown, workspace: string): unknown {
  if (error instanceof AppError) return error
  const code = String((error as { code?: unknown }).code ?? '')
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new AppError(
      'registry-corrupt',
      `The registry of the workspace ${workspace} is damaged: ${(error as Error).message}`,
      {
        mend: 'Run `lathe restore` to put the newest good backup in its place; the damaged file is kept beside it.',
        cause: error,
      },
    )
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN' || code === 'EACCES' || code === 'EROFS') {
    return new AppError('workspace-read-only', `The workspace ${workspace} cannot be written to`, {
      mend: 'Give the folder write permission, or name another one with --workspace.',
      cause: error,
    })
  }
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC') {
    return new AppError('disk-full', `There is no space left for the workspace ${workspace}`, {
      mend: 'Free some space.',
      cause: error,
    })
  }
  return error
}
