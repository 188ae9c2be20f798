import type { LatheClient } from '../contract/client.ts'
import type { JobKindId, JobResult } from '../contract/jobs.ts'
import { AppError } from '../errors.ts'
import type { Deployment } from '../model/deployment.ts'
import type { Job } from '../model/job.ts'
import { metricName } from '../model/metrics.ts'
import type { DriftReport } from '../model/monitoring.ts'

/** What the sample's things are called in a workspace. */
export interface SampleNames {
  dataset: string
  model: string
  service: string
  endpoint: string
}

/** Of the sample project of the window; `lathe demo` has its own. */
export const sampleNames: SampleNames = {
  dataset: 'sample-cells',
  model: 'sample-model',
  service: 'sample-service',
  endpoint: 'sample-endpoint',
}

export const sampleSteps = [
  'import',
  'train',
  'compare',
  'register',
  'deploy',
  'watch',
  'replay',
  'drift',
  'shift',
] as const
export type SampleStep = (typeof sampleSteps)[number]

/** Who plays the sample: the command line or the window, each with its own way to wait and to tell. */
export interface SampleHost {
  client: LatheClient
  names: SampleNames
  /** The result of a job; throws the error that it ended with. */
  finish<Kind extends JobKindId>(kind: Kind, started: { job: Job }): Promise<JobResult<Kind>>
  /** Waits until all have ended, however they did. */
  follow(jobs: Job[]): Promise<unknown>
  /** Does a step and tells what came out of it, in a few words. */
  step<Result>(step: SampleStep, work: () => Promise<Result>, outcome: (result: Result) => string): Promise<Result>
}

/** From the shipped file to a registered model: import, every algorithm, best against baseline, champion. */
export async function learnSample({ client, names, finish, follow, step }: SampleHost): Promise<void> {
  const { file, target } = await client.workspace.sample()
  const data = await step(
    'import',
    async () => finish('import', await client.datasets.import({ file, name: names.dataset, target })),
    ({ rows, columns }) => `${rows} rows, ${columns.length} columns: cells from biopsies, benign or malignant`,
  )
  const trained = await step(
    'train',
    async () => {
      const started = await client.runs.train({ dataset: `${data.dataset}:${data.version}`, target, seed: 1 })
      await follow(started.runs.map(({ job }) => job))
      return client.runs.summary({ runs: started.runs.map(({ run }) => run.run) })
    },
    ({ runs, best, metric, overBaseline }) => {
      const winner = runs.find(run => run.run === best)
      return `${runs.length} algorithms; ${winner?.algorithm} is best, ${metricName(metric ?? '')} ${overBaseline?.toFixed(3)} over the baseline`
    },
  )
  const best = trained.runs.find(run => run.run === trained.best)
  const baseline = trained.runs.find(run => run.algorithm === 'baseline')
  if (!best || !baseline) throw new AppError('conflict', 'No run of the sample was done', { mend: 'Start it again.' })
  await step(
    'compare',
    async () => finish('compare', await client.runs.compare({ runs: [baseline.run, best.run] })),
    ({ differences }) =>
      differences
        .map(each => `${each.metric} ${each.verdict}`)
        .slice(0, 3)
        .join(', '),
  )
  await step(
    'register',
    () => client.models.register({ run: best.run, name: names.model, alias: 'champion' }),
    model => `${model.model}:${model.version}, ${model.aliases.join(', ')}`,
  )
}

/** The champion as a service of this machine. */
export function deploySample({ client, names, finish, step }: SampleHost): Promise<Deployment> {
  return step(
    'deploy',
    async () =>
      finish(
        'deploy',
        await client.deployments.deploy({ model: `${names.model}@champion`, target: 'local', name: names.service }),
      ),
    ({ url, status }) => `${status} at ${url}`,
  )
}

/** Watches the service while it gets the rows that it was made from, and then twice those of an instrument that moved. */
export async function watchSample({ client, names, finish, step }: SampleHost, url: string): Promise<void> {
  const { file, shifted, shiftedColumns, factor } = await client.workspace.sample()
  const replay = async (rows: string) => finish('replay', await client.monitoring.replay({ file: rows, url }))
  const look = () => client.monitoring.drift({ endpoint: names.endpoint })
  await step(
    'watch',
    () => client.monitoring.watch({ url: names.service, name: names.endpoint }),
    ({ status }) => status,
  )
  await step(
    'replay',
    () => replay(file),
    ({ sent, errors }) => `${sent} rows as traffic, ${errors} errors`,
  )
  await step('drift', look, describeDrift)
  await step(
    'shift',
    async () => {
      for (let round = 0; round < 2; round += 1) await replay(shifted)
      return look()
    },
    report => `SIMULATED: ${shiftedColumns.length} columns × ${factor}. ${describeDrift(report)}`,
  )
}

/** Ends what an earlier sample left running or watched. */
export async function clearSample({
  client,
  names,
  finish,
}: Pick<SampleHost, 'client' | 'names' | 'finish'>): Promise<void> {
  const { endpoints } = await client.monitoring.list()
  if (endpoints.some(each => each.endpoint === names.endpoint)) {
    await client.monitoring.unwatch({ endpoint: names.endpoint })
  }
  const { deployments } = await client.deployments.list()
  if (deployments.some(each => each.deployment === names.service && each.status !== 'stopped')) {
    await finish('undeploy', await client.deployments.undeploy({ deployment: names.service }))
  }
}

function describeDrift(report: DriftReport): string {
  const drifted = report.columns.filter(column => column.drifted).map(column => column.name)
  return drifted.length
    ? `${report.rows} rows; drifted: ${drifted.join(', ')}`
    : `${report.rows} rows; no column drifted`
}
