import { Option } from 'commander'
import { RecalibrationMethod } from '../../../shared/model/run.ts'
import { textTable } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const recalibrateVerb = defineVerb<{ method?: RecalibrationMethod }>({
  name: 'recalibrate',
  summary: 'put the probabilities of a run right on its validation rows: a new run, one graph',
  arguments: '<run>',
  configure(command) {
    command.addOption(
      new Option(
        '--method <method>',
        'steps that only rise, a sigmoid of the log-odds, or one temperature; a sigmoid for two classes and a temperature for more when left out',
      ).choices(RecalibrationMethod.options),
    )
  },
  examples: ['lathe recalibrate RUN --method isotonic', 'lathe compare RUN RECALIBRATED'],
  async run(context, [run], { method }) {
    const client = await context.client()
    const told = await context.finish('recalibrate', await client.runs.recalibrate({ run: run!, method }))
    const before = await client.runs.get({ run: told.baseline })
    for (const warning of told.run.warnings) context.say(`warning: ${warning}`)
    const table = textTable(
      told.differences,
      [
        { title: 'metric', value: ({ metric }) => metric },
        { title: 'before', value: ({ metric }) => number(before.metrics[metric]), right: true },
        { title: 'after', value: ({ metric }) => number(told.run.metrics[metric]), right: true },
        {
          title: 'difference, 95 % interval',
          value: ({ difference, interval }) => `${number(difference)} [${interval.map(number).join(' – ')}]`,
        },
        { title: 'verdict', value: ({ verdict }) => verdict },
      ],
      'No metric is defined on the test rows',
    )
    const fitted = `${told.method}, fitted on ${number(told.validationRows)} validation rows`
    return { json: told, text: `${told.run.run} is ${told.baseline} recalibrated (${fitted})\n\n${table}` }
  },
})
