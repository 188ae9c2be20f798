import { Option } from 'commander'
import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import { formatSeconds } from '../../../shared/lib/format.ts'
import {
  type DeviceChoice,
  type ParameterValue,
  type Run,
  SplitBy,
  type TrainRequest,
} from '../../../shared/model/run.ts'
import { addDeviceFlag, collectParameter, collectText, wholeNumber } from '../options.ts'
import { textTable } from '../text-table.ts'
import { metrics, number } from '../values.ts'
import { defineVerb } from '../verb.ts'

interface TrainFlags {
  target: string
  algorithm?: string
  param?: Record<string, ParameterValue>
  device: DeviceChoice
  split?: string
  splitBy: SplitBy
  folds: number
  seed: number
  positive?: string
  task?: TrainRequest['task']
  name?: string
  exclude?: string[]
  distinct?: boolean
}

export const trainVerb = defineVerb<TrainFlags>({
  name: 'train',
  summary: 'train one algorithm, or all of them, and say which is best',
  arguments: '<dataset>',
  configure: command => {
    command
      .requiredOption('--target <column>', 'the column to be predicted')
      .option('--algorithm <id>', 'baseline, linear, gradient-boosting, neural-network; all when left out')
      .option('--param <name=value>', 'a setting of the algorithm (repeat); lists with commas', collectParameter)
      .option('--split <column>', 'a column that the split goes by; drawn when left out')
      .addOption(
        new Option(
          '--split-by <what>',
          'what it holds: train, validation and test; times, the newest are tested; or groups that stay together',
        )
          .choices(SplitBy.options)
          .default('parts'),
      )
      .option('--folds <n>', 'of cross-validation over all rows but the test rows; 0 for none', wholeNumber(0, 50), 0)
      .option('--seed <n>', 'of split and training', wholeNumber(0, 0xffff_ffff), 0)
      .option('--positive <class>', 'the class that counts as positive')
      .addOption(
        new Option('--task <task>', 'instead of what the target tells').choices(['classification', 'regression']),
      )
      .option('--name <name>', 'name of the runs')
      .option('--exclude <column>', 'a column that the model must not see (repeat)', collectText)
      .option('--distinct', 'take of rows that repeat another only the first')
    addDeviceFlag(command)
  },
  examples: [
    'lathe train sales --target churned',
    'lathe train visits --target returns --split patient --split-by group --folds 5',
    'lathe train digits --target digit --algorithm neural-network --param layers=64,32',
  ],
  async run(context, [dataset], flags) {
    const client = await context.client()
    const started = await client.runs.train({
      dataset: dataset!,
      target: flags.target,
      algorithm: flags.algorithm,
      parameters: flags.param,
      device: flags.device,
      splitColumn: flags.split,
      splitBy: flags.splitBy,
      folds: flags.folds,
      seed: flags.seed,
      positive: flags.positive,
      task: flags.task,
      name: flags.name,
      exclude: flags.exclude,
      distinctRows: flags.distinct,
    })
    const jobs = await context.follow(started.runs.map(({ job }) => job))
    const summary = await client.runs.summary({ runs: started.runs.map(({ run }) => run.run) })
    const best = summary.runs.find(run => run.run === summary.best)
    if (!best) throw firstError(jobs.map(job => job.error as ErrorJson | null))
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
    return {
      json: { ...best, ...summary },
      text: `${table}\n\nBest: ${best.run} (${best.algorithm})${over}\nOn the test rows: ${metrics(best.metrics, best.intervals)}`,
    }
  },
})

/** Each warning once, with the algorithms that it was said of. */
function warningsOf(runs: Run[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { algorithm, warnings, suspects } of runs) {
    for (const warning of [...suspects.map(({ message }) => message), ...warnings])
      found.set(warning, [...(found.get(warning) ?? []), algorithm])
  }
  return found
}

function firstError(errors: (ErrorJson | null)[]): AppError {
  const error = errors.find(each => each !== null)
  return error ? AppError.fromJSON(error) : new AppError('internal', 'No run ended well, and none says why')
}
