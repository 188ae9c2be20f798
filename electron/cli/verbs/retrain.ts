import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import { turnedDifference } from '../../../shared/lib/turned-difference.ts'
import { isWithoutTarget, type PairedDifference, type Run } from '../../../shared/model/run.ts'
import { differencesTable } from '../differences-table.ts'
import { metrics, number } from '../values.ts'
import { defineVerb, type VerbContext } from '../verb.ts'

interface RetrainFlags {
  alias?: string
  dataset?: string
}

export const retrainVerb = defineVerb<RetrainFlags>({
  name: 'retrain',
  summary:
    "train a version's recipe on newer data, promote it or stop and say why; or train a run again, and hold it against what it repeats",
  arguments: '<model-or-run> [dataset]',
  configure: command => {
    command
      .option('--alias <alias>', 'of a model: what is moved when it is better ("champion" when left out)')
      .option(
        '--dataset <dataset>',
        'of a run: what it learns from, its own dataset in the newest version when left out',
      )
  },
  examples: [
    'lathe retrain cells-model cells --alias champion',
    'lathe retrain RUN',
    'lathe retrain RUN --dataset cells:2',
  ],
  async run(context, [subject, rows], { alias, dataset }) {
    if (rows === undefined && alias === undefined) return trainAgain(context, subject!, dataset)
    const data = rows ?? dataset
    if (data === undefined || (rows !== undefined && dataset !== undefined)) {
      throw new AppError('bad-input', `The model "${subject}" is retrained on one dataset`, {
        mend: `Name it once: lathe retrain ${subject} DATASET.`,
      })
    }
    return retrainModel(context, subject!, data, alias ?? 'champion')
  },
})

async function retrainModel(context: VerbContext, model: string, dataset: string, alias: string) {
  const decision = await context.finish(
    'retrain',
    await (await context.client()).models.retrain({ model, dataset, alias }),
  )
  const { champion, challenger, metric, difference, interval } = decision
  return {
    json: decision,
    text: `${decision.decision}: ${decision.reason}\n${challenger.model}:${challenger.version} against ${champion.model}:${champion.version}: ${metric} ${number(difference)} [${interval.map(number).join(', ')}]`,
  }
}

/** The same request on newer rows; the new run says which one it repeats. */
async function trainAgain(context: VerbContext, run: string, dataset: string | undefined) {
  const client = await context.client()
  const request = await client.runs.request({ run, dataset }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'not-found' || dataset !== undefined) throw error
    throw new AppError('not-found', error.message, {
      mend: `${error.mend ?? ''} A model is retrained on a dataset that is named: lathe retrain ${run} DATASET.`.trim(),
    })
  })
  const [started] = (await client.runs.train(request)).runs
  const [job] = await context.follow([started!.job])
  if (job!.status !== 'done') throw AppError.fromJSON(job!.error as ErrorJson)
  const again = await client.runs.get({ run: started!.run.run })
  const { curves: _, ...json } = again
  const told = `${again.run} (${again.algorithm} on ${request.dataset}) repeats ${request.from.run}\nOn the test rows: ${metrics(again.metrics, again.intervals)}`
  const differences = await overOrigin(context, again, request.from.run)
  if (!differences) return { json: { ...json, against: null }, text: told }
  const origin = await client.runs.get({ run: request.from.run })
  const isOlder = origin.dataset !== again.dataset || origin.datasetVersion !== again.datasetVersion
  const favours = isOlder && !again.forecast ? ' (some of which it may have learned from, which is in its favour)' : ''
  return {
    json: { ...json, against: { run: request.from.run, differences } },
    text: `${told}\n\nAgainst ${request.from.run}, on the same rows${favours}:\n${differencesTable(differences)}`,
  }
}

/** Null where the two cannot be held against each other, which is said: the new run is there all the same. */
async function overOrigin(context: VerbContext, again: Run, origin: string): Promise<PairedDifference[] | null> {
  // What learned without a target is measured where it is trained, not on other rows.
  if (isWithoutTarget(again.task)) return null
  const client = await context.client()
  try {
    const started = await client.models.evaluate({ run: origin, against: again.run, device: 'auto' })
    const { against } = await context.finish('evaluate', started)
    // The evaluation holds the old model against the new run; here it is the new run that is told of.
    return against!.differences.map(turnedDifference)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not-comparable') throw error
    context.say(`It is not held against ${origin}: ${error.message}`)
    return null
  }
}
