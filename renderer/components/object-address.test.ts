import { beforeAll, expect, test, vi } from 'vitest'
import type { Job } from '../../shared/model/job.ts'

let addresses: typeof import('./object-address.ts')
beforeAll(async () => {
  vi.stubGlobal('window', { addEventListener() {} })
  addresses = await import('./object-address.ts')
})

const job = (kind: string, subject: Job['subject']) => ({ job: 'job-1', kind, subject }) as Job

test('each kind of object has its address; what has no page has none', () => {
  const of = (kind: string, id: string) => addresses.objectAddress({ kind, id })
  expect(of('dataset', 'my cells:2')).toBe('/data/my%20cells?version=2')
  expect(of('run', 'run-1')).toBe('/train/run-1')
  expect(of('search', 'search-1')).toBe('/train/search-1')
  expect(of('model', 'cells-model:3')).toBe('/models/cells-model/3')
  expect(of('model', 'to-come')).toBeNull()
  expect(of('deployment', 'a')).toBe('/deploy/a')
  expect(of('endpoint', 'a')).toBe('/monitor/a')
  expect(of('job', 'job-1')).toBe('/pipelines/job-1')
  expect(of('file', 'x')).toBeNull()
})

test('a job leads to what it works on, and from there to itself', () => {
  const training = job('train', { kind: 'run', id: 'run-1' })
  expect(addresses.jobAddress(training, '/', [])).toBe('/train/run-1')
  expect(addresses.jobAddress(training, '/train/run-1', [])).toBe('/pipelines/job-1')
  expect(addresses.jobAddress(job('compare', null), '/', [])).toBe('/pipelines/job-1')
})

test('what a job only makes at its end has no page before', () => {
  const deploy = job('deploy', { kind: 'deployment', id: 'service' })
  expect(addresses.jobAddress(deploy, '/', [])).toBe('/pipelines/job-1')
  expect(addresses.jobAddress(deploy, '/', ['service'])).toBe('/deploy/service')
  expect(addresses.jobAddress(job('import', { kind: 'dataset', id: 'cells' }), '/', [])).toBe('/pipelines/job-1')
  expect(addresses.jobAddress(job('import-model', { kind: 'model', id: 'mine' }), '/', [])).toBe('/pipelines/job-1')
})
