import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'
import { migrations } from './index.ts'

test('what jobs of before read and made is taken from their input and result; what they do not tell is left out', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'lathe-migration-'))
  const database = new BetterSqlite3(join(workspace, 'registry.sqlite'))
  await migrate(database, { workspace, nowMs: 0, steps: migrations.slice(0, 4) })
  const put = (job: string, kind: string, input: unknown, result: unknown, subject?: { kind: string; id: string }) =>
    database
      .prepare('INSERT INTO jobs (job, kind, status, document, input, result, created_at) VALUES (?, ?, ?, ?, ?, ?, 0)')
      .run(job, kind, 'done', JSON.stringify({ subject }), JSON.stringify(input), result && JSON.stringify(result))
  put('import', 'import', { name: 'cells' }, { dataset: 'cells', version: 2 })
  put('lost', 'import', { name: 'cells' }, null)
  put('train', 'train', { run: 'run-1', dataset: { name: 'cells', version: 2 } }, {})
  put('compare', 'compare', { runs: ['run-1', 'run-2'] }, {})
  put('evaluate', 'evaluate', { model: 'm', version: 1, dataset: 'cells', datasetVersion: 2 }, {})
  put('package', 'package', { model: 'm', version: 1 }, { imageDigest: 'sha256:a' })
  put('deploy', 'deploy', { spec: { model: 'm', version: 1, deployment: 'here', imageDigest: null } }, {})
  put('undeploy', 'undeploy', { deployment: { deployment: 'here' } }, {})
  put('replay', 'replay', {}, {}, { kind: 'endpoint', id: 'watched' })
  put('elsewhere', 'replay', {}, {})
  const champion = { model: 'm', version: 1 }
  put('retrain', 'retrain', { champion, dataset: { name: 'cells', version: 3 } }, { challenger: { run: 'run-3' } })
  await migrate(database, { workspace, nowMs: 1 })
  const rows = database
    .prepare("SELECT job || ' ' || role || ' ' || kind || ' ' || object FROM job_objects ORDER BY 1")
    .pluck()
    .all()
  database.close()
  await rm(workspace, { recursive: true })
  expect(rows).toEqual([
    'compare read run run-1',
    'compare read run run-2',
    'deploy made deployment here',
    'deploy read model m:1',
    'evaluate read dataset cells:2',
    'evaluate read model m:1',
    'import made dataset cells:2',
    'package made image sha256:a',
    'package read model m:1',
    'replay made endpoint watched',
    'retrain made run run-3',
    'retrain read dataset cells:3',
    'retrain read model m:1',
    'train made run run-1',
    'train read dataset cells:2',
    'undeploy read deployment here',
  ])
})
