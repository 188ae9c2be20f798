import type { Migration } from './migration.ts'

/** Which rows of the dataset a run learned from, was validated and was tested on, as a stored file. Runs of before have none. */
export const runSplits: Migration = {
  version: 6,
  name: 'run-splits',
  sql: 'ALTER TABLE runs ADD COLUMN split_sha256 TEXT;',
}
