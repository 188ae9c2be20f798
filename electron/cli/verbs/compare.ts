import { differencesTable } from '../differences-table.ts'
import { textTable } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const compareVerb = defineVerb({
  name: 'compare',
  summary: 'compare runs on the same test rows; the first is the baseline',
  arguments: '<run> <runs...>',
  async run(context, runs) {
    const started = await (await context.client()).runs.compare({ runs })
    const comparison = await context.finish('compare', started)
    const show = (value: unknown) => (Array.isArray(value) ? value.join(',') : value === null ? null : String(value))
    const settings = textTable(
      Object.entries(comparison.settings),
      [
        { title: 'setting', value: ([name]) => name },
        ...comparison.runs.map((run, i) => ({
          title: run.run,
          value: ([, values]: [string, unknown[]]) => show(values[i]),
        })),
      ],
      'The runs have the same settings',
    )
    return {
      json: comparison,
      text: `${settings}\n\nAgainst ${comparison.runs[0]!.run}, on the same ${number(comparison.rows)} test rows:\n${differencesTable(comparison.differences)}`,
    }
  },
})
