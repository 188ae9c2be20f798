import type { DriftReport, History } from '../../../shared/model/monitoring.ts'
import { moment, wholeNumber } from '../options.ts'
import { textTable } from '../text-table.ts'
import { number, percent, time } from '../values.ts'
import { type Answer, defineVerb } from '../verb.ts'

interface DriftFlags {
  from?: number
  to?: number
  againstFrom?: number
  againstTo?: number
  column?: string
  history?: boolean
  buckets?: number
}

export const driftVerb = defineVerb<DriftFlags>({
  name: 'drift',
  summary: 'compare what an endpoint saw with what its model was trained on',
  arguments: '<endpoint>',
  configure: command => {
    command
      .option('--from <time>', 'begin of the window (ISO 8601); everything counted when left out', moment)
      .option('--to <time>', 'end of the window', moment)
      .option('--against-from <time>', 'compare with another window instead of the training rows: its begin', moment)
      .option('--against-to <time>', 'end of that other window', moment)
      .option(
        '--column <name>',
        'a column that is told in any case: of more than 1,000 only those that moved furthest are',
      )
      .option('--history', 'traffic, latency and drift over time instead')
      .option('--buckets <count>', 'with --history: into how many stretches of time', wholeNumber(2, 120))
  },
  async run(context, [endpoint], { from, to, againstFrom, againstTo, column, history, buckets }) {
    const client = await context.client()
    if (history) return historyAnswer(await client.monitoring.history({ endpoint: endpoint!, from, to, buckets }))
    return reportAnswer(
      await client.monitoring.drift({ endpoint: endpoint!, from, to, againstFrom, againstTo, column }),
    )
  },
})

const span = (window: { from: number; to: number }) => `${time(window.from)} to ${time(window.to)}`

function reportAnswer(report: DriftReport): Answer {
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
  const { columns, drifted } = report.all
  const verdict = report.enoughRows
    ? `${number(drifted)} of ${number(columns)} columns drifted`
    : 'too few rows to tell drift from chance'
  const { against } = report
  const other = against.window ? `\nagainst ${span(against.window)}, ${number(against.rows)} rows` : ''
  const few = report.columns.length < columns ? `\nthe ${report.columns.length} that moved furthest:` : ''
  const window = `${span(report.window)}, ${number(report.rows)} rows${other}${few}`
  return { json: report, text: `${report.endpoint} (${report.model}): ${verdict}\n${window}\n\n${table}` }
}

function historyAnswer(history: History): Answer {
  const rows = history.buckets.map((bucket, i) => {
    const columns = history.columns.filter(column => column.value[i] !== null)
    const excess = (column: (typeof columns)[number]) => column.value[i]! / column.threshold[i]!
    const worst = columns.length ? columns.reduce((most, next) => (excess(next) > excess(most) ? next : most)) : null
    return { bucket, worst: worst && `${worst.name} (${worst.statistic[i]} ${number(worst.value[i])})` }
  })
  const table = textTable(
    rows,
    [
      { title: 'from', value: ({ bucket }) => time(bucket.from) },
      { title: 'to', value: ({ bucket }) => time(bucket.to) },
      { title: 'rows', value: ({ bucket }) => number(bucket.rows), right: true },
      { title: 'requests', value: ({ bucket }) => number(bucket.requests), right: true },
      { title: 'errors', value: ({ bucket }) => number(bucket.errors), right: true },
      { title: 'p50 ms', value: ({ bucket }) => number(bucket.latencyMs?.p50.value), right: true },
      { title: 'p95 ms', value: ({ bucket }) => number(bucket.latencyMs?.p95.value), right: true },
      {
        title: 'drifted',
        value: ({ bucket }) => (bucket.enoughRows ? number(bucket.drifted) : 'too few rows'),
        right: true,
      },
      { title: 'worst column', value: ({ worst }) => worst },
    ],
    'Nothing was counted in this span of time',
  )
  const drifting = history.columns
    .map(({ name, drifted }) => ({ name, stretches: drifted.filter(Boolean).length }))
    .filter(({ stretches }) => stretches > 0)
    .sort((a, b) => b.stretches - a.stretches)
  const columns = drifting.length
    ? `\n\n${textTable(
        drifting,
        [
          { title: 'drifted column', value: ({ name }) => name },
          { title: 'stretches', value: ({ stretches }) => number(stretches), right: true },
        ],
        '',
      )}`
    : ''
  return { json: history, text: `${history.endpoint}, ${span(history.window)}\n\n${table}${columns}` }
}
