import type { Migration } from './migration.ts'

/**
 * The first tables. A `document` holds the entity of `shared/model` as JSON; what is searched, joined or sorted by stands
 * beside it in columns. Digests are written as their entity writes them.
 */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  sql: `
CREATE TABLE jobs (
  job TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  document TEXT NOT NULL,
  input TEXT NOT NULL,
  result TEXT,
  pid INTEGER,
  pid_started TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_by_status ON jobs (status);
CREATE INDEX jobs_by_time ON jobs (created_at);

CREATE TABLE datasets (
  name TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE dataset_versions (
  dataset TEXT NOT NULL REFERENCES datasets (name),
  version INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  read_key TEXT NOT NULL,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (dataset, version),
  UNIQUE (dataset, read_key)
) STRICT;

CREATE TABLE bundles (
  digest TEXT PRIMARY KEY,
  manifest TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE runs (
  run TEXT PRIMARY KEY,
  dataset TEXT NOT NULL,
  dataset_version INTEGER NOT NULL,
  algorithm TEXT NOT NULL,
  status TEXT NOT NULL,
  bundle_digest TEXT REFERENCES bundles (digest),
  predictions_sha256 TEXT,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (dataset, dataset_version) REFERENCES dataset_versions (dataset, version)
) STRICT;
CREATE INDEX runs_by_time ON runs (created_at);
CREATE INDEX runs_by_status ON runs (status);
CREATE TABLE run_metrics (
  run TEXT NOT NULL REFERENCES runs (run) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value REAL NOT NULL,
  low REAL,
  high REAL,
  PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_metrics_by_value ON run_metrics (key, value);
CREATE TABLE series (
  series INTEGER PRIMARY KEY,
  run TEXT NOT NULL REFERENCES runs (run) ON DELETE CASCADE,
  key TEXT NOT NULL,
  UNIQUE (run, key)
) STRICT;
CREATE TABLE series_points (
  series INTEGER NOT NULL REFERENCES series (series) ON DELETE CASCADE,
  step REAL NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (series, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE models (
  name TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE model_versions (
  model TEXT NOT NULL REFERENCES models (name),
  version INTEGER NOT NULL,
  bundle_digest TEXT NOT NULL REFERENCES bundles (digest),
  run TEXT REFERENCES runs (run),
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (model, version)
) STRICT;
CREATE TABLE aliases (
  model TEXT NOT NULL,
  alias TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (model, alias),
  FOREIGN KEY (model, version) REFERENCES model_versions (model, version)
) STRICT;
CREATE TABLE alias_changes (
  change INTEGER PRIMARY KEY,
  model TEXT NOT NULL REFERENCES models (name),
  document TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE TABLE evaluations (
  evaluation INTEGER PRIMARY KEY,
  model TEXT NOT NULL,
  version INTEGER NOT NULL,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (model, version) REFERENCES model_versions (model, version)
) STRICT;

CREATE TABLE images (
  image INTEGER PRIMARY KEY,
  bundle_digest TEXT NOT NULL REFERENCES bundles (digest),
  architecture TEXT NOT NULL,
  image_digest TEXT NOT NULL,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX images_by_bundle ON images (bundle_digest, architecture);
CREATE TABLE pushes (
  push INTEGER PRIMARY KEY,
  image_digest TEXT NOT NULL,
  ref TEXT NOT NULL,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE deployments (
  name TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  job TEXT,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE endpoints (
  name TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
`,
}
