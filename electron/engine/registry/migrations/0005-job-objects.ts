import type { Migration } from './migration.ts'

/**
 * What each job read and made, so that from anything one can walk back to what it came from and on to what it led to. An
 * object is written as its reference: `name:version`, a run's id, an image's digest, a name. Jobs of before are read from
 * their input and result; what neither tells is left out.
 */
export const jobObjects: Migration = {
  version: 5,
  name: 'job-objects',
  sql: `
CREATE TABLE job_objects (
  job TEXT NOT NULL REFERENCES jobs (job) ON DELETE CASCADE,
  role TEXT NOT NULL,
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  PRIMARY KEY (job, role, kind, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_objects_by_object ON job_objects (kind, object, role);

INSERT OR IGNORE INTO job_objects
SELECT job, 'made', 'dataset', (result ->> 'dataset') || ':' || (result ->> 'version') FROM jobs WHERE kind = 'import'
UNION ALL
SELECT job, 'read', 'dataset', (input ->> '$.dataset.name') || ':' || (input ->> '$.dataset.version')
FROM jobs WHERE kind IN ('train', 'retrain')
UNION ALL
SELECT job, 'made', 'run', input ->> 'run' FROM jobs WHERE kind = 'train'
UNION ALL
SELECT job, 'read', 'run', each.value FROM jobs, json_each(jobs.input, '$.runs') AS each WHERE jobs.kind = 'compare'
UNION ALL
SELECT job, 'made', 'model', (result ->> 'model') || ':' || (result ->> 'version') FROM jobs WHERE kind = 'import-model'
UNION ALL
SELECT job, 'read', 'model', (input ->> 'model') || ':' || (input ->> 'version')
FROM jobs WHERE kind IN ('evaluate', 'predict', 'package', 'push')
UNION ALL
SELECT job, 'read', 'dataset', (input ->> 'dataset') || ':' || (input ->> 'datasetVersion')
FROM jobs WHERE kind = 'evaluate'
UNION ALL
SELECT job, 'read', 'model', (input ->> '$.champion.model') || ':' || (input ->> '$.champion.version')
FROM jobs WHERE kind = 'retrain'
UNION ALL
SELECT job, 'made', 'run', result ->> '$.challenger.run' FROM jobs WHERE kind = 'retrain'
UNION ALL
SELECT job, 'made', 'image', result ->> 'imageDigest' FROM jobs WHERE kind IN ('package', 'push')
UNION ALL
SELECT job, 'read', 'model', (input ->> '$.spec.model') || ':' || (input ->> '$.spec.version')
FROM jobs WHERE kind = 'deploy'
UNION ALL
SELECT job, 'read', 'image', input ->> '$.spec.imageDigest' FROM jobs WHERE kind = 'deploy'
UNION ALL
SELECT job, 'made', 'deployment', input ->> '$.spec.deployment' FROM jobs WHERE kind = 'deploy'
UNION ALL
SELECT job, 'read', 'deployment', input ->> '$.deployment.deployment' FROM jobs WHERE kind = 'undeploy'
UNION ALL
SELECT job, 'made', 'endpoint', document ->> '$.subject.id' FROM jobs WHERE kind = 'replay';
`,
}
