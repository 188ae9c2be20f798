import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toAppError } from '../../../shared/errors.ts'
import { formatBytes, formatSeconds } from '../../../shared/lib/format.ts'
import type { DriftReport } from '../../../shared/model/monitoring.ts'
import { defineVerb, type VerbContext } from '../verb.ts'

const sample = fileURLToPath(
  new URL(
    `${import.meta.url.endsWith('.ts') ? '../../../' : '../'}resources/samples/breast-cancer.csv`,
    import.meta.url,
  ),
)
const target = 'diagnosis'
const names = { dataset: 'demo-data', model: 'demo-model', service: 'demo-service', endpoint: 'demo-endpoint' }

/** The columns that the simulated shift moves, as an instrument does that was calibrated anew, and by how much. */
const shiftedColumns = ['mean radius', 'mean perimeter', 'mean area', 'worst radius', 'worst perimeter', 'worst area']
const shiftFactor = 1.35

interface Step {
  name: string
  seconds: number
  /** What came out of it, in a few words. */
  outcome: string
}

export const demo = defineVerb({
  name: 'demo',
  summary: 'The whole job on shipped data: from a file to a watched service, a simulated shift, and retraining',
  async run(context) {
    const steps: Step[] = []
    const step = async <Result>(
      name: string,
      work: () => Promise<Result>,
      outcome: (result: Result) => string,
    ): Promise<Result> => {
      const start = performance.now()
      const result = await work()
      const done = { name, seconds: (performance.now() - start) / 1000, outcome: outcome(result) }
      steps.push(done)
      context.say(`${name.padEnd(10)} ${formatSeconds(done.seconds).padStart(8)}   ${done.outcome}`)
      return result
    }
    const folder = await mkdtemp(join(tmpdir(), 'lathe-demo-'))
    try {
      await play(context, folder, step)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    const seconds = steps.reduce((sum, { seconds: own }) => sum + own, 0)
    return {
      json: { steps, seconds },
      text: `The whole job took ${formatSeconds(seconds)}. See it in the window: lathe serve --open`,
    }
  },
})

type RunStep = <Result>(
  name: string,
  work: () => Promise<Result>,
  outcome: (result: Result) => string,
) => Promise<Result>

async function play(context: VerbContext, folder: string, step: RunStep): Promise<void> {
  const client = await context.client()
  await clearAway(context)
  const importFile = async (file: string) =>
    context.finish('import', await client.datasets.import({ file, name: names.dataset, target }))
  const data = await step(
    'import',
    () => importFile(sample),
    ({ rows, columns }) => `${rows} rows, ${columns.length} columns: cells from biopsies, benign or malignant`,
  )
  const trained = await step(
    'train',
    async () => {
      const started = await client.runs.train({ dataset: `${data.dataset}:${data.version}`, target, seed: 1 })
      await context.follow(started.runs.map(({ job }) => job))
      return client.runs.summary({ runs: started.runs.map(({ run }) => run.run) })
    },
    ({ runs, best, metric, overBaseline }) => {
      const winner = runs.find(run => run.run === best)
      return `${runs.length} algorithms; ${winner?.algorithm} is best, ${metric} ${overBaseline?.toFixed(3)} over the baseline`
    },
  )
  const best = trained.runs.find(run => run.run === trained.best)
  const baseline = trained.runs.find(run => run.algorithm === 'baseline')
  if (!best || !baseline) throw toAppError(new Error('No run of the demo was done'))
  await step(
    'compare',
    async () => context.finish('compare', await client.runs.compare({ runs: [baseline.run, best.run] })),
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
  await step(
    'predict',
    async () =>
      context.finish(
        'predict',
        await client.models.predict({
          model: `${names.model}@champion`,
          file: sample,
          out: join(folder, 'predictions.parquet'),
        }),
      ),
    ({ rows }) => `${rows} rows scored`,
  )
  await step(
    'package',
    () => packageImage(context, folder),
    outcome => outcome,
  )
  const deployment = await step(
    'deploy',
    async () =>
      context.finish(
        'deploy',
        await client.deployments.deploy({ model: `${names.model}@champion`, target: 'local', name: names.service }),
      ),
    ({ url, status }) => `${status} at ${url}`,
  )
  try {
    await step(
      'watch',
      () => client.monitoring.watch({ url: names.service, name: names.endpoint }),
      ({ status }) => status,
    )
    await watchAndRetrain(context, folder, step, deployment.url ?? '')
  } finally {
    await step(
      'undeploy',
      () => clearAway(context),
      () => 'nothing is left running',
    )
  }
}

async function watchAndRetrain(context: VerbContext, folder: string, step: RunStep, url: string): Promise<void> {
  const client = await context.client()
  const replay = async (file: string) => context.finish('replay', await client.monitoring.replay({ file, url }))
  const look = () => client.monitoring.drift({ endpoint: names.endpoint })
  await step(
    'replay',
    () => replay(sample),
    ({ sent, errors }) => `${sent} rows as traffic, ${errors} errors`,
  )
  await step('drift', look, describeDrift)
  const shifted = join(folder, 'simulated-shift.csv')
  await writeFile(shifted, shift(await readFile(sample, 'utf8')))
  await step(
    'shift',
    async () => {
      for (let round = 0; round < 2; round += 1) await replay(shifted)
      return look()
    },
    report => `SIMULATED: ${shiftedColumns.length} columns × ${shiftFactor}. ${describeDrift(report)}`,
  )
  await step(
    'retrain',
    async () => {
      const started = await client.datasets.import({ file: shifted, name: names.dataset, target })
      const { dataset, version } = await context.finish('import', started)
      return context.finish(
        'retrain',
        await client.models.retrain({ model: `${names.model}@champion`, dataset: `${dataset}:${version}` }),
      )
    },
    ({ decision, reason }) => `${decision}: ${reason}`,
  )
}

function describeDrift(report: DriftReport): string {
  const drifted = report.columns.filter(column => column.drifted).map(column => column.name)
  return drifted.length
    ? `${report.rows} rows; drifted: ${drifted.join(', ')}`
    : `${report.rows} rows; no column drifted`
}

/** Without base layers there is no image; the rest of the job does not need one. */
async function packageImage(context: VerbContext, folder: string): Promise<string> {
  const client = await context.client()
  try {
    const started = await client.deployments.package({
      model: `${names.model}@champion`,
      out: join(folder, 'image.tar'),
    })
    const image = await context.finish('package', started)
    return `an image of ${formatBytes(image.sizeBytes)}, ${image.imageDigest.slice(0, 19)}`
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code !== 'base-missing') throw error
    return `left out: ${error.message}`
  }
}

/** What an earlier demo in this workspace left running or watched. */
async function clearAway(context: VerbContext): Promise<void> {
  const client = await context.client()
  const { endpoints } = await client.monitoring.list()
  if (endpoints.some(each => each.endpoint === names.endpoint))
    await client.monitoring.unwatch({ endpoint: names.endpoint })
  const { deployments } = await client.deployments.list()
  if (deployments.some(each => each.deployment === names.service && each.status !== 'stopped')) {
    await context.finish('undeploy', await client.deployments.undeploy({ deployment: names.service }))
  }
}

/** The same rows with some columns multiplied. */
function shift(text: string): string {
  const [header, ...lines] = text.trim().split(/\r?\n/)
  const moved = new Set(shiftedColumns.map(name => header!.split(',').indexOf(name)))
  const rows = lines.map(line =>
    line
      .split(',')
      .map((value, i) => (moved.has(i) && value !== '' ? String(Number(value) * shiftFactor) : value))
      .join(','),
  )
  return `${[header, ...rows].join('\n')}\n`
}
