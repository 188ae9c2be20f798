import type { Migration } from './migration.ts'

/** Slices that runs are held to. */
export const checks: Migration = {
  version: 8,
  name: 'checks',
  sql: `
CREATE TABLE checks (
  check_id TEXT PRIMARY KEY,
  dataset TEXT NOT NULL,
  target TEXT NOT NULL,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX checks_by_dataset ON checks (dataset, target);
`,
}
