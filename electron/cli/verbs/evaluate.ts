import { formatSeconds } from '../../../shared/lib/format.ts'
import type { DeviceChoice } from '../../../shared/model/run.ts'
import { differencesTable } from '../differences-table.ts'
import { addDeviceFlag } from '../options.ts'
import { textTable } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const evaluateVerb = defineVerb<{ target?: string; against?: string; device: DeviceChoice }>({
  name: 'evaluate',
  summary: 'metrics of a model, or of what a run made, on a dataset or on the test rows of another run',
  arguments: '<model-or-run> [dataset]',
  configure: command => {
    command
      .option('--target <column>', 'for an imported model that does not know its target')
      .option('--against <run>', "on this run's test rows, held against its answers row by row")
    addDeviceFlag(command)
  },
  examples: [
    'lathe evaluate theirs cells',
    'lathe evaluate cells-model:1 --against RUN',
    'lathe evaluate RUN --against RUN',
  ],
  async run(context, [subject, dataset], flags) {
    // A model that is called so is named with its version or alias.
    const named = /^run-[^:@]*$/.test(subject!) ? { run: subject } : { model: subject }
    const started = await (await context.client()).models.evaluate({ ...named, dataset, ...flags })
    const evaluation = await context.finish('evaluate', started)
    evaluation.warnings.forEach(context.say)
    const table = textTable(
      Object.entries(evaluation.metrics),
      [
        { title: 'metric', value: ([id]) => id },
        { title: 'value', value: ([, value]) => number(value), right: true },
        { title: '95 % interval', value: ([id]) => evaluation.intervals[id]?.map(number).join(' – ') },
      ],
      'No metrics',
    )
    const evaluated = evaluation.run ?? `${evaluation.model}:${evaluation.version}`
    const work = `${number(evaluation.rows)} rows, ${evaluation.device}, ${formatSeconds(evaluation.seconds)}`
    const beside = evaluation.against
      ? `\n\nAgainst ${evaluation.against.run}, on the same rows:\n${differencesTable(evaluation.against.differences)}`
      : ''
    return {
      json: evaluation,
      text: `${evaluated} on ${evaluation.dataset}:${evaluation.datasetVersion} (${work})\n\n${table}${beside}`,
    }
  },
})
