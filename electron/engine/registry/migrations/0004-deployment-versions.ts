import type { Migration } from './migration.ts'

/** What was applied under each deployment's name, so that it can be gone back to. What is live already becomes number 1. */
export const deploymentVersions: Migration = {
  version: 4,
  name: 'deployment-versions',
  sql: `
CREATE TABLE deployment_versions (
  deployment TEXT NOT NULL REFERENCES deployments (name) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  status TEXT NOT NULL,
  document TEXT NOT NULL,
  spec TEXT NOT NULL,
  PRIMARY KEY (deployment, number)
) STRICT, WITHOUT ROWID;
INSERT INTO deployment_versions
SELECT name, 1, 'applied',
  json_object(
    'deployment', name, 'number', 1, 'model', document ->> 'model', 'version', document ->> 'version',
    'bundleDigest', document ->> 'bundleDigest', 'imageDigest', document ->> 'imageDigest',
    'image', document ->> '$.handle.image', 'port', document ->> '$.handle.port',
    'replicas', document ->> '$.replicas.wanted', 'status', 'applied', 'by', 'deploy', 'restores', NULL,
    'job', job, 'appliedAt', created_at, 'error', NULL
  ),
  json_object(
    'deployment', name, 'model', document ->> 'model', 'version', document ->> 'version',
    'bundleDigest', document ->> 'bundleDigest', 'port', document ->> '$.handle.port',
    'context', document ->> '$.handle.context', 'namespace', document ->> '$.handle.namespace',
    'image', CASE document ->> 'target' WHEN 'kubernetes' THEN document ->> '$.handle.image' END,
    'imageDigest', document ->> 'imageDigest', 'replicas', document ->> '$.replicas.wanted'
  )
FROM deployments WHERE status = 'ready';
`,
}
