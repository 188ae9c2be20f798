import { briefly } from '../../../shared/lib/briefly.ts'
import type { RowExplanation, TreeContributions } from '../../../shared/model/explanation.ts'
import type { DeviceChoice } from '../../../shared/model/run.ts'
import { addDeviceFlag, wholeNumber } from '../options.ts'
import { readRow } from '../row-option.ts'
import { oneLine, textTable } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

const widest = 24

export const explainVerb = defineVerb<{ rows?: number; row?: string; device: DeviceChoice }>({
  name: 'explain',
  summary: "what a run's model goes by, on test rows; or why a model answers one row as it does",
  arguments: '<run-or-model>',
  configure(command) {
    command.option('--rows <count>', 'test rows that it is worked out on, at most (5000)', wholeNumber(50, 1_000_000))
    command.option(
      '--row <json>',
      'a row for a model to explain its answer to, such as \'{"age": 61, "city": null}\', or @FILE that holds it',
    )
    addDeviceFlag(command)
  },
  async run(context, [run], { rows, row, device }) {
    const client = await context.client()
    if (row !== undefined) {
      const started = await client.models.explain({ model: run!, row: readRow(row) })
      const explained = await context.finish('explain-row', started)
      return { json: explained, text: rowText(explained) }
    }
    const started = await client.runs.explain({ run: run!, rows, device })
    const explanation = await context.finish('explain', started)
    explanation.warnings.forEach(context.say)
    const most = explanation.importance[0]?.rise ?? 0
    const table = textTable(
      explanation.importance,
      [
        { title: 'column', value: ({ columns }) => briefly(columns) },
        { title: `rise of the ${explanation.loss}`, value: ({ rise }) => number(rise), right: true },
        { title: '95 % interval', value: ({ interval }) => interval.map(number).join(' – ') },
        { title: '', value: ({ rise }) => '█'.repeat(Math.round(widest * Math.max(0, rise / most))), isWhole: true },
      ],
      'The model has no columns',
    )
    const of = explanation.rows < explanation.testRows ? ` of ${number(explanation.testRows)}` : ''
    const base = `${explanation.loss} ${number(explanation.base)} on ${number(explanation.rows)}${of} test rows as they are`
    const shuffled = `${base}; each column shuffled ${explanation.repeats} times:\n\n${table}`
    const { trees } = explanation
    return { json: explanation, text: trees ? `${shuffled}\n\n${contributionsTable(trees)}` : shuffled }
  },
})

/** Mean size of the contributions, the largest first. */
function contributionsTable({ scale, outputs, columns, rows }: TreeContributions): string {
  const size = ({ means }: TreeContributions['columns'][number]) => means.reduce((sum, mean) => sum + mean, 0)
  const most = columns[0] ? size(columns[0]) : 0
  const table = textTable(
    columns,
    [
      { title: 'column', value: ({ column }) => column },
      { title: `mean |SHAP| in ${scale}`, value: each => number(size(each)), right: true },
      { title: '', value: each => '█'.repeat(Math.round((widest * size(each)) / (most || 1))), isWhole: true },
    ],
    'The model has no columns',
  )
  const over = outputs.length > 1 ? `added up over ${outputs.length} classes` : `of ${oneLine(outputs[0])}`
  return `What each column adds (exact Shapley values of the trees, ${over}, ${number(rows)} test rows):\n\n${table}`
}

/** The largest parts of the answer, towards the class that it is, or of the value. */
function rowText(explained: RowExplanation): string {
  const { outputs, scale, base, answer, parts, prediction, probabilities, method, isExact } = explained
  const place = Math.max(0, outputs.indexOf(String(prediction)))
  const most = Math.max(...parts.map(({ values }) => Math.abs(values[place]!)), Number.MIN_VALUE)
  const sorted = parts.toSorted((a, b) => Math.abs(b.values[place]!) - Math.abs(a.values[place]!))
  const signed = (value: number) => (value > 0 ? `+${number(value)}` : number(value))
  const table = textTable(
    sorted,
    [
      { title: 'column', value: ({ column }) => column },
      {
        title: 'value',
        value: ({ value }) => (typeof value === 'number' ? number(value) : String(value ?? 'missing')),
      },
      { title: 'adds', value: ({ values }) => signed(values[place]!), right: true },
      ...(isExact ? [] : [{ title: '±', value: ({ errors }: (typeof parts)[number]) => number(errors[place]!) }]),
      {
        title: '',
        value: ({ values }) => '█'.repeat(Math.round((widest * Math.abs(values[place]!)) / most)),
        isWhole: true,
      },
    ],
    'No column of the row differs from the typical row',
  )
  const how = method === 'tree-shap' ? 'exact Shapley values of the trees' : 'Shapley values against the typical row'
  const sure = probabilities ? ` (probability ${number(probabilities[String(prediction)])})` : ''
  const way = `from ${number(base[place])} to ${number(answer[place])}`
  return `${oneLine(String(prediction))}${sure}: ${scale} of ${oneLine(outputs[place])} ${way}, ${how}\n\n${table}`
}
