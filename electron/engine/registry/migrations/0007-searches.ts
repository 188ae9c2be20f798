import type { Migration } from './migration.ts'

/** Searches, and each trial of theirs as it went. */
export const searches: Migration = {
  version: 7,
  name: 'searches',
  sql: `
CREATE TABLE searches (
  search TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE trials (
  search TEXT NOT NULL REFERENCES searches (search) ON DELETE CASCADE,
  trial INTEGER NOT NULL,
  algorithm TEXT NOT NULL,
  parameters TEXT NOT NULL,
  share REAL NOT NULL,
  status TEXT NOT NULL,
  score REAL,
  started_after REAL NOT NULL,
  seconds REAL,
  error TEXT,
  PRIMARY KEY (search, trial)
) STRICT, WITHOUT ROWID;
`,
}
