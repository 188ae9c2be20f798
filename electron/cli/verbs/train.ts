import { Option } from 'commander'
import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import { formatSeconds } from '../../../shared/lib/format.ts'
import type { Job } from '../../../shared/model/job.ts'
import {
  type DeviceChoice,
  type Parameters,
  type ParameterValue,
  RecalibrationMethod,
  type Run,
  type Suspect,
  type TrainRequest,
} from '../../../shared/model/run.ts'
import { findingsText } from '../findings-text.ts'
import { addForecastFlags, type ForecastFlags, forecastOf } from '../forecast-flags.ts'
import {
  addDeviceFlag,
  addLearnedOrNoTargetFlags,
  collectParameter,
  type LearnedFlags,
  learned,
  wholeNumber,
} from '../options.ts'
import { textTable } from '../text-table.ts'
import { metrics, number } from '../values.ts'
import { defineVerb } from '../verb.ts'

interface TrainFlags extends Omit<LearnedFlags, 'target'>, ForecastFlags {
  /** `false` for `--no-target`. */
  target: string | false
  algorithm?: string
  param?: Record<string, ParameterValue>
  device: DeviceChoice
  recalibrate?: RecalibrationMethod
  sample?: number
  refit?: boolean
  name?: string
  from?: string
  freezeAt?: string
}

/** By the names that they are looked for. */
const algorithmNames = [
  'baseline, linear (ridge; lasso and elastic net by --param l1=1; logistic regression), linear-svm, gradient-boosting',
  '(GBDT), random-forest, extra-trees, decision-tree, neural-network (MLP, CNN, GRU), nearest-neighbours (k-NN),',
  'naive-bayes, blend, fine-tune (by --from); without a target isolation-forest and k-means',
].join(' ')

export const trainVerb = defineVerb<TrainFlags>({
  name: 'train',
  summary: 'train one algorithm, or all of them, and say which is best',
  arguments: '<dataset>',
  configure: command => {
    command
      .option('--algorithm <id>', `${algorithmNames}; the usual ones, or all without a target, when left out`)
      .option('--param <name=value>', 'a setting of the algorithm (repeat); lists with commas', collectParameter)
      .option('--from <model>', 'put a new head on this model, and leave it as it is up to a tensor')
      .option('--freeze-at <tensor>', 'that tensor (`lathe tensors`); the one that its last layer takes when left out')
      .option('--name <name>', 'name of the runs')
      .addOption(
        new Option('--recalibrate <method>', 'put the probabilities right on the validation rows').choices(
          RecalibrationMethod.options,
        ),
      )
    command.option('--refit', 'learn from the validation rows as well in the end, for as long as the fit before did')
    addLearnedOrNoTargetFlags(command)
    command.option(
      '--sample <rows>',
      'split, learn from and measure by so many rows, drawn from all',
      wholeNumber(100, 2 ** 31 - 1),
    )
    addForecastFlags(command)
    addDeviceFlag(command)
  },
  examples: [
    'lathe train sales --target churned',
    'lathe train visits --target returns --split patient --split-by group --folds 5',
    'lathe train sensors --no-target --algorithm isolation-forest --param contamination=0.01',
    'lathe train sales --target amount --time day --series shop --forecast 28',
    'lathe train sales --target amount --time day --forecast 28 --known price,promotion --past visitors',
    'lathe train digits --target digit --algorithm neural-network --param layers=64,32',
    'lathe train reviews --target stars --algorithm neural-network --param sequence=recurrent',
    'lathe train cells --target diagnosis --from their-network@champion',
  ],
  async run(context, [dataset], flags) {
    if (flags.target === false && flags.task !== undefined) {
      throw new AppError('bad-input', `Without a target there is no ${flags.task}`, {
        mend: 'Leave out --task, or name the column to learn with --target instead of --no-target.',
      })
    }
    const client = await context.client()
    const started = await client.runs.train({
      dataset: dataset!,
      target: flags.target || undefined,
      ...learned(flags),
      ...headOf(flags),
      device: flags.device,
      name: flags.name,
      forecast: forecastOf(flags),
      recalibrate: flags.recalibrate,
      sampleRows: flags.sample,
      refit: flags.refit,
    })
    const jobs = await context.follow(started.runs.map(({ job }) => job))
    const summary = await client.runs.summary({ runs: started.runs.map(({ run }) => run.run) })
    const done = summary.runs.filter(run => run.status === 'done')
    const best = summary.runs.find(run => run.run === summary.best)
    if (!done.length) throw firstError(jobs)
    for (const run of summary.runs) {
      if (run.error) context.say(`${run.algorithm}: ${run.error.code}: ${run.error.message}`)
    }
    for (const [warning, algorithms] of warningsOf(summary.runs)) {
      const whose = algorithms.length === summary.runs.length ? '' : ` (${algorithms.join(', ')})`
      context.say(`warning: ${warning}${whose}`)
    }
    const table = textTable(
      summary.runs,
      [
        { title: 'run', value: run => run.run },
        { title: 'algorithm', value: run => run.algorithm },
        { title: 'device', value: run => run.device },
        { title: 'status', value: run => run.status },
        {
          title: `${summary.metric ?? 'validation'} (validation)`,
          value: run => number(run.validationMetrics[summary.metric ?? '']),
          right: true,
        },
        { title: 'time', value: run => (run.seconds === null ? null : formatSeconds(run.seconds)), right: true },
      ],
      'No runs',
    )
    const over =
      summary.overBaseline === null || summary.runs.length === 1
        ? ''
        : `; ${summary.metric} on validation is ${number(Math.abs(summary.overBaseline))} better than the baseline's`
    const told = best
      ? `\n\nBest: ${best.run} (${best.algorithm})${over}\nOn the test rows: ${metrics(best.metrics, best.intervals)}`
      : ''
    // What all runs foretell would bury what the best one does; `lathe run` shows any.
    const shown = best ? [best] : done
    const isShort = (kind: string) => kind !== 'weights' && kind !== 'tree'
    const found = shown
      .map(({ findings }) => (findings && isShort(findings.kind) ? `\n\n${findingsText(findings)}` : ''))
      .join('')
    return { json: { ...(best ?? done[0]!), ...summary }, text: `${table}${told}${found}` }
  },
})

/** The algorithm and its settings: `--from` says which, and two of them. */
function headOf({
  algorithm,
  param,
  from,
  freezeAt,
}: TrainFlags): Pick<TrainRequest, 'algorithm'> & { parameters?: Parameters } {
  if (from === undefined) {
    if (freezeAt === undefined) return { algorithm, parameters: param }
    throw new AppError('bad-input', '--freeze-at is about a model, and none is named', { mend: 'Name it with --from.' })
  }
  if (algorithm !== undefined && algorithm !== 'fine-tune') {
    throw new AppError('bad-input', `${algorithm} begins anew: it does not go on from a model`, {
      mend: 'Leave out --algorithm, or --from.',
    })
  }
  return {
    algorithm: 'fine-tune',
    parameters: { ...param, model: from, ...(freezeAt ? { 'freeze-at': freezeAt } : {}) },
  }
}

/** Each warning once, with the algorithms that it was said of. */
function warningsOf(runs: Run[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { algorithm, warnings, suspects } of runs) {
    for (const warning of [...suspects.map(doubt), ...warnings])
      found.set(warning, [...(found.get(warning) ?? []), algorithm])
  }
  return found
}

/** With its way out, where that is a flag of this verb. */
function doubt({ kind, column, message }: Suspect): string {
  return kind === 'split-group'
    ? `${message} (--split "${column}" --split-by group keeps its groups together)`
    : message
}

function firstError(jobs: Job[]): AppError {
  const error = jobs.find(job => job.error !== null)?.error
  if (error) return AppError.fromJSON(error as ErrorJson)
  const paused = jobs.find(({ status }) => status === 'paused')
  if (paused) {
    return new AppError('interrupted', `${paused.title} is paused`, {
      mend: `\`lathe resume ${paused.subject?.id ?? paused.job}\` goes on with it.`,
    })
  }
  return new AppError('internal', 'No run ended well, and none says why')
}
