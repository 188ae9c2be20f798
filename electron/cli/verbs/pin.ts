import { AppError } from '../../../shared/errors.ts'
import { filterWords } from '../../../shared/lib/filter-words.ts'
import type { Examination } from '../../../shared/model/examination.ts'
import { positiveNumber, wholeNumber } from '../options.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const pinVerb = defineVerb<{ slice: number; most?: number }>({
  name: 'pin',
  summary: 'hold every run on the same dataset and target to a weak slice of this one',
  arguments: '<run>',
  configure(command) {
    command
      .option('--slice <n>', 'which of its weak slices, the first when left out', wholeNumber(1, 1000), 1)
      .option('--most <loss>', 'mean loss that is still good; what it is now when left out', positiveNumber)
  },
  examples: ['lathe examine RUN; lathe pin RUN --slice 2', 'lathe examine NEWER-RUN', 'lathe checks'],
  async run(context, [run], { slice, most }) {
    const client = await context.client()
    const { run: id } = await client.runs.get({ run: run! })
    const asked = { kind: 'examine', state: 'done', subject: `run:${id}`, limit: 1 } as const
    const [job] = (await client.jobs.list(asked)).jobs
    const told = job && ((await client.jobs.result({ job: job.job })).result as Examination)
    const found = told?.slices[slice - 1]
    if (!found) {
      throw new AppError(
        'bad-input',
        told ? `The run ${id} has ${told.slices.length} weak slices` : `The run ${id} is not examined yet`,
        {
          mend: told ? 'Name one of them with --slice.' : `Examine it first: lathe examine ${id}.`,
        },
      )
    }
    const check = await client.checks.pin({ run: id, where: found.where, most: most ?? found.loss })
    return {
      json: check,
      text: `${check.check}: ${filterWords(check.where)}: ${check.loss} of at most ${number(check.most)} on ${check.dataset}; \`lathe examine\` of a run says whether it holds`,
    }
  },
})
