import { formatSeconds } from '../../../shared/lib/format.ts'
import { wholeNumber } from '../options.ts'
import { textTable } from '../text-table.ts'
import { number, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const runsVerb = defineVerb<{ filter?: string; sort?: string; limit: number }>({
  name: 'runs',
  summary: 'list the runs, newest first, or filtered and sorted',
  configure: command => {
    command
      .option('--filter <expression>', `such as "metrics.auc > 0.9 and algorithm = 'linear'"`)
      .option('--sort <metric>', 'best first by this metric')
      .option('--limit <n>', 'at most so many', wholeNumber(1, 10_000), 200)
  },
  examples: [`lathe runs --filter "metrics.auc > 0.9" --sort auc`],
  async run(context, _args, flags) {
    const answer = await (await context.client()).runs.list(flags)
    const shown = (values: Record<string, number>) =>
      ['auc', 'accuracy', 'rmse', 'r2', flags.sort ?? '']
        .filter((id, i, all) => id in values && all.indexOf(id) === i)
        .map(id => `${id} ${number(values[id])}`)
        .join('  ')
    const text = textTable(
      answer.runs,
      [
        { title: 'run', value: run => run.run },
        { title: 'name', value: run => run.name },
        { title: 'dataset', value: run => `${run.dataset}:${run.datasetVersion}` },
        { title: 'algorithm', value: run => run.algorithm },
        { title: 'status', value: run => run.status },
        { title: 'test', value: run => shown(run.metrics) },
        { title: 'time', value: run => (run.seconds === null ? null : formatSeconds(run.seconds)), right: true },
        { title: 'started', value: run => time(run.startedAt ?? run.createdAt) },
      ],
      'No runs',
    )
    return { json: answer, text }
  },
})
