import { expect, test } from 'vitest'
import type { Deployment } from '../../../shared/model/deployment.ts'
import type { Job } from '../../../shared/model/job.ts'
import type { Endpoint } from '../../../shared/model/monitoring.ts'
import type { Health, Watched } from '../../client/health.ts'
import { attentionTo } from './attention.ts'

const now = 1_800_000_000_000
const hour = 3_600_000
const job = (change: Partial<Job>): Job => ({
  job: 'job-1',
  kind: 'train',
  title: 'Train trees',
  status: 'failed',
  fraction: null,
  phase: '',
  secondsLeft: null,
  subject: null,
  createdAt: now - hour,
  startedAt: now - hour,
  endedAt: now - hour / 2,
  error: { code: 'bad-input', message: 'Column "age" is empty.', mend: 'Leave it out.' },
  ...change,
})
const watched = (endpoint: Partial<Endpoint>, health: Health): Watched => ({
  endpoint: { endpoint: 'shop', message: null, drifted: null, ...endpoint } as Endpoint,
  lately: null,
  health,
})
const deployment = (status: Deployment['status']) => ({ deployment: status, status, error: null }) as Deployment
const names = (known: Partial<Parameters<typeof attentionTo>[0]>) =>
  attentionTo({ watched: [], deployments: [], jobs: [], ...known }, now).map(({ name }) => name)

test('a failed job is told with its mend, for a day, until the same one is done', () => {
  expect(attentionTo({ watched: [], deployments: [], jobs: [job({})] }, now)).toEqual([
    {
      key: 'job job-1',
      tone: 'bad',
      name: 'Train trees',
      to: ['pipelines', 'job-1'],
      what: 'failed',
      detail: 'Column "age" is empty. Leave it out.',
    },
  ])
  expect(names({ jobs: [job({ endedAt: now - 25 * hour })] })).toEqual([])
  expect(names({ jobs: [job({}), job({ job: 'job-2', status: 'done', createdAt: now })] })).toEqual([])
  expect(names({ jobs: [job({}), job({ job: 'job-0', status: 'done', createdAt: now - 2 * hour })] })).toHaveLength(1)
  expect(
    names({ jobs: [job({ status: 'cancelled' }), job({ status: 'paused' }), job({ status: 'running' })] }),
  ).toEqual([])
})

test('what is bad stands before what is doubtful, services before jobs', () => {
  const drifting = watched({ endpoint: 'drifting', drifted: ['age', 'income'] }, { state: 'drift', tone: 'warn' })
  const down = watched({ endpoint: 'gone', message: 'Nothing listens there' }, { state: 'down', tone: 'bad' })
  const sound = watched({ endpoint: 'sound' }, { state: 'sound', tone: 'good' })
  const few = watched({ endpoint: 'few' }, { state: 'few', tone: 'soft' })
  const deployments = [deployment('ready'), deployment('degraded'), deployment('failed'), deployment('stopped')]
  const jobs = [job({ title: 'broken' }), job({ job: 'job-2', title: 'cut off', status: 'interrupted', error: null })]
  expect(names({ watched: [drifting, down, sound, few], deployments, jobs })).toEqual([
    'gone',
    'failed',
    'broken',
    'drifting',
    'degraded',
    'cut off',
  ])
  const [first] = attentionTo({ watched: [drifting], deployments: [], jobs: [] }, now)
  expect(first).toMatchObject({ what: '2 columns drifted', detail: 'age, income', to: ['monitor', 'drifting'] })
})
