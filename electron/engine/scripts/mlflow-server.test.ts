import { afterEach, beforeEach, expect, test } from 'vitest'
import { MlflowServer } from './mlflow-server.ts'

// Requests as mlflow-skinny 3.17.2 sends them.
let server: MlflowServer
let warnings: string[]
let points: unknown[]
beforeEach(async () => {
  ;[warnings, points] = [[], []]
  server = await MlflowServer.start({
    artifacts: '/job/artifacts',
    warnings,
    metric: (...point: unknown[]) => points.push(point),
  })
})
afterEach(() => void server.close())

async function ask(path: string, body?: object): Promise<Record<string, never>> {
  const response = await fetch(`${server.uri}/api/2.0/mlflow/${path}`, {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, ...((await response.json()) as object) } as unknown as Record<string, never>
}
const begin = async (body: object = {}): Promise<string> => {
  const { run } = (await ask('runs/create', { experiment_id: '0', start_time: 1, tags: [], ...body })) as never as {
    run: { info: { run_id: string } }
  }
  return run.info.run_id
}

test('what a run logs becomes points, the last numbers, and parameters', async () => {
  expect(await ask('experiments/get-by-name?experiment_name=spam')).toMatchObject({
    experiment: { experiment_id: '0', name: 'spam', lifecycle_stage: 'active' },
  })
  const run_id = await begin({ run_name: 'brave-ant-1', tags: [{ key: 'mlflow.user', value: 'x' }] })
  await ask('runs/log-parameter', { run_id, run_uuid: run_id, key: 'depth', value: '3' })
  await ask('runs/log-metric', { run_id, run_uuid: run_id, key: 'loss', value: 0.5, timestamp: 1000, step: 1 })
  await ask('runs/log-batch', {
    run_id,
    metrics: [
      { key: 'loss', value: 0.25, timestamp: '1001', step: '2' },
      { key: 'f1', value: 'NaN', timestamp: 1001, step: 2 },
    ],
    params: [{ key: 'solver', value: 'lbfgs' }],
    tags: [{ key: 'owner', value: 'me' }],
  })
  expect(points).toEqual([
    ['loss', 1, 0.5],
    ['loss', 2, 0.25],
  ])
  expect(await ask(`runs/get?run_id=${run_id}&run_uuid=${run_id}`)).toMatchObject({
    run: {
      info: { run_name: 'brave-ant-1', status: 'RUNNING', artifact_uri: `file:///job/artifacts/${run_id}` },
      data: { metrics: [{ key: 'loss', value: 0.25, step: 2 }], params: [{ key: 'depth', value: '3' }, {}] },
    },
  })
  expect(await ask(`metrics/get-history?run_id=${run_id}&metric_key=loss`)).toMatchObject({ metrics: [{}, {}] })
  expect(await ask('runs/update', { run_id, status: 'FINISHED', end_time: 9 })).toMatchObject({
    run_info: { status: 'FINISHED', end_time: 9 },
  })
  expect(server.close()).toEqual({
    reported: { loss: 0.25 },
    logged: { depth: '3', solver: 'lbfgs', owner: 'me' },
  })
  expect(warnings).toEqual(["MLflow's f1 was no number at a time"])
})

test('names of further runs stand before what they log', async () => {
  await begin({ run_name: 'all' })
  const [one, two] = [await begin({ run_name: 'depth 3' }), await begin({ run_name: 'depth 3' })]
  for (const run_id of [one, two]) await ask('runs/log-metric', { run_id, key: 'auc', value: 0.5, step: 0 })
  expect(server.close().reported).toEqual({ 'depth 3/auc': 0.5, 'depth 3 (3)/auc': 0.5 })
})

test('a model that is logged gets a folder of its own, and is ready when the client says so', async () => {
  const { model } = (await ask('logged-models', { experiment_id: '0', name: 'net' })) as never as {
    model: { info: { model_id: string } }
  }
  const id = model.info.model_id
  expect(model.info).toMatchObject({ name: 'net', artifact_uri: `file:///job/artifacts/${id}` })
  const ready = { model_id: id, status: 'LOGGED_MODEL_READY' }
  await ask(`logged-models/${id}`, ready)
  expect(await ask(`logged-models/${id}`)).toMatchObject({ model: { info: ready } })
  expect(await ask('logged-models/none')).toMatchObject({ status: 404 })
})

test('an unknown run, an unknown call and a stranger are refused; what was left out is said', async () => {
  expect(await ask('runs/get?run_id=nope')).toMatchObject({ status: 404, error_code: 'RESOURCE_DOES_NOT_EXIST' })
  expect(await ask('registered-models/create', { name: 'm' })).toMatchObject({ error_code: 'ENDPOINT_NOT_FOUND' })
  expect(await ask('runs/create', [] as object)).toMatchObject({ status: 400 })
  const elsewhere = new URL('/api/2.0/mlflow/runs/create', server.uri)
  expect((await fetch(elsewhere, { method: 'POST', body: '{}' })).status).toBe(404)
  expect(warnings).toEqual(["MLflow's registered-models/create is not known here: what was sent to it was left out"])
})
