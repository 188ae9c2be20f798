import type { TreeContributions } from '../../../shared/model/explanation.ts'
import { wholeNumber } from '../options.ts'
import { oneLine, textTable } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

const widest = 24

export const explainVerb = defineVerb<{ rows?: number }>({
  name: 'explain',
  summary: "what a run's model goes by: how much worse it is without each column, on test rows",
  arguments: '<run>',
  configure(command) {
    command.option('--rows <count>', 'test rows that it is worked out on, at most (5000)', wholeNumber(50, 1_000_000))
  },
  async run(context, [run], { rows }) {
    const client = await context.client()
    const started = await client.runs.explain({ run: run!, rows })
    const explanation = await context.finish('explain', started)
    const most = explanation.importance[0]?.rise ?? 0
    const table = textTable(
      explanation.importance,
      [
        { title: 'column', value: ({ columns }) => columns.join(', ') },
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
