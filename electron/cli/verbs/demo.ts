import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toAppError } from '../../../shared/errors.ts'
import { formatBytes, formatSeconds } from '../../../shared/lib/format.ts'
import {
  clearSample,
  deploySample,
  learnSample,
  type SampleHost,
  watchSample,
} from '../../../shared/sample/sample-project.ts'
import { defineVerb, type VerbContext } from '../verb.ts'

const names = { dataset: 'demo-data', model: 'demo-model', service: 'demo-service', endpoint: 'demo-endpoint' }

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

/** The steps of the sample and those that only the command line shows. */
type RunStep = <Result>(
  name: string,
  work: () => Promise<Result>,
  outcome: (result: Result) => string,
) => Promise<Result>

async function play(context: VerbContext, folder: string, step: RunStep): Promise<void> {
  const client = await context.client()
  const host: SampleHost = {
    client,
    names,
    finish: (kind, started) => context.finish(kind, started),
    follow: jobs => context.follow(jobs),
    step,
  }
  const { file, shifted, target } = await client.workspace.sample()
  await clearSample(host)
  await learnSample(host)
  await step(
    'predict',
    async () =>
      context.finish(
        'predict',
        await client.models.predict({
          model: `${names.model}@champion`,
          file,
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
  const deployment = await deploySample(host)
  try {
    await watchSample(host, deployment.url ?? '')
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
  } finally {
    await step(
      'undeploy',
      () => clearSample(host),
      () => 'nothing is left running',
    )
  }
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
