import { initial } from './0001-initial.ts'
import type { Migration } from './migration.ts'

/** All migrations, oldest first; version n is at place n − 1. */
export const migrations: readonly Migration[] = [initial]
export type { Migration }
