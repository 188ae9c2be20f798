import { expect, test } from 'vitest'
import type { DeploymentVersion } from '../../../shared/model/deployment.ts'
import { whatChanged } from './what-changed.ts'

function version(number: number, more: Partial<DeploymentVersion> = {}): DeploymentVersion {
  const digest = `sha256:${String(more.version ?? 1).repeat(64)}`
  return {
    ...{ deployment: 'service', number, model: 'churn', version: 1, bundleDigest: digest, imageDigest: null },
    ...{ image: null, port: 8080, replicas: 1, status: 'superseded', by: 'deploy', restores: null },
    ...{ job: null, appliedAt: 0, error: null },
    ...more,
  }
}

test('each version beside what was live before it', () => {
  const versions = [
    version(5, { version: 2, port: 9090, replicas: 3 }),
    version(4, { version: 3, status: 'failed' }),
    version(3, { version: 2 }),
    version(2, { bundleDigest: `sha256:${'f'.repeat(64)}` }),
    version(1),
  ]
  expect(versions.map(each => whatChanged(each, versions))).toEqual([
    'port 8080 → 9090; replicas 1 → 3',
    'churn:2 → churn:3',
    'churn:1 → churn:2',
    'bundle 111111111111 → ffffffffffff',
    'the first',
  ])
})

test('another image of the same version, and one that asks for what was there', () => {
  const versions = [version(3, { image: 'r/churn:b' }), version(2, { image: 'r/churn:a' }), version(1, { port: null })]
  expect(whatChanged(versions[0]!, versions)).toBe('another image')
  expect(whatChanged(versions[1]!, versions)).toBe('port a free one → 8080; another image')
  expect(whatChanged(version(2), [version(2), version(1)])).toBe('nothing that is shown here')
})
