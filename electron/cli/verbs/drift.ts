import { moment } from '../options.ts'
import { textTable } from '../text-table.ts'
import { number, percent, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const driftVerb = defineVerb<{ from?: number; to?: number }>({
  name: 'drift',
  summary: 'compare what an endpoint saw with what its model was trained on',
  arguments: '<endpoint>',
  configure: command => {
    command
      .option('--from <time>', 'begin of the window (ISO 8601); everything counted when left out', moment)
      .option('--to <time>', 'end of the window', moment)
  },
  async run(context, [endpoint], { from, to }) {
    const report = await (await context.client()).monitoring.drift({ endpoint: endpoint!, from, to })
    const table = textTable(
      [...report.columns].sort((a, b) => Number(b.drifted) - Number(a.drifted) || b.effectSize - a.effectSize),
      [
        { title: 'column', value: column => column.name },
        { title: 'kind', value: column => column.kind },
        { title: 'statistic', value: column => column.statistic },
        { title: 'value', value: column => number(column.value), right: true },
        { title: 'threshold', value: column => number(column.threshold), right: true },
        { title: 'moved', value: column => percent(column.effectSize), right: true },
        { title: 'rows', value: column => number(column.rows), right: true },
        { title: '', value: column => (column.drifted ? 'DRIFTED' : '') },
      ],
      'No columns',
    )
    const drifted = report.columns.filter(column => column.drifted).length
    const verdict = report.enoughRows
      ? `${drifted} of ${report.columns.length} columns drifted`
      : 'too few rows to tell drift from chance'
    const window = `${time(report.window.from)} to ${time(report.window.to)}, ${number(report.rows)} rows`
    return { json: report, text: `${report.endpoint} (${report.model}): ${verdict}\n${window}\n\n${table}` }
  },
})
