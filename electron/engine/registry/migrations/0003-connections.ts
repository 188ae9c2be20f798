import type { Migration } from './migration.ts'

/** The ledger of connections: a line is one place and reason in one hour. Never a path, a query or a secret. */
export const connections: Migration = {
  version: 3,
  name: 'connections',
  sql: `
CREATE TABLE connections (
  line INTEGER PRIMARY KEY,
  hour INTEGER NOT NULL,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  why TEXT NOT NULL,
  is_local INTEGER NOT NULL,
  made INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  sent_bytes INTEGER NOT NULL,
  received_bytes INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  UNIQUE (hour, host, port, why)
) STRICT;
`,
}
