import type { Database } from 'better-sqlite3'
import { AppError } from '../../../shared/errors.ts'
import { newId } from '../base/index.ts'
import { backUp } from './backup.ts'
import { type Migration, migrations } from './migrations/index.ts'

/**
 * Brings a registry to the newest version: a verified backup first where there is anything to lose, then each step in a
 * transaction of its own. A registry of a newer Lathe is refused untouched.
 */
export async function migrate(
  database: Database,
  options: { workspace: string; nowMs: number; steps?: readonly Migration[] },
): Promise<void> {
  const steps = options.steps ?? migrations
  const current = database.pragma('user_version', { simple: true }) as number
  if (current > steps.length) {
    throw new AppError(
      'workspace-too-new',
      `The workspace ${options.workspace} was made by a newer Lathe (registry ${current}, this one knows ${steps.length})`,
      { mend: 'Open it with that version of Lathe, or name another workspace.' },
    )
  }
  if (current > 0 && current < steps.length) {
    await backUp(database, { ...options, reason: `before-migration-${current}` })
  }
  for (const step of steps.slice(current)) {
    database.transaction(() => {
      if (step.version === 1) {
        database.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT')
        database.prepare("INSERT INTO meta (key, value) VALUES ('workspace', ?)").run(newId('ws', options.nowMs))
      }
      database.exec(step.sql)
      database.pragma(`user_version = ${step.version}`)
    })()
  }
}
