import type { Migration } from './migration.ts'

/** What happened to watched endpoints, so that a change in a chart has its reason beside it. */
export const endpointEvents: Migration = {
  version: 2,
  name: 'endpoint-events',
  sql: `
CREATE TABLE endpoint_events (
  event INTEGER PRIMARY KEY,
  endpoint TEXT NOT NULL REFERENCES endpoints (name) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX endpoint_events_by_endpoint ON endpoint_events (endpoint, at);
`,
}
