import { questionWords } from '../../shared/lib/question-words.ts'
import type { Anomalies, Clusters, Findings, OutOfBag } from '../../shared/model/findings.ts'
import type { ForecastFindings } from '../../shared/model/forecast.ts'
import type { LearnedTree, Weights } from '../../shared/model/learned.ts'
import { type TableColumn, textTable } from './text-table.ts'
import { metrics, number } from './values.ts'

const shownRows = 10
const shownColumns = 12
const shownSteps = 31

const cell = (value: number | string | null) => (typeof value === 'string' ? value : number(value))

/** What was found beside scores: what comes next, what a linear model or a tree learned, how trees answer rows that they did not draw, the rows that are most unlike the others, or what each cluster is like. */
export function findingsText(findings: Findings): string {
  if (findings.kind === 'forecast') return forecastText(findings)
  if (findings.kind === 'out-of-bag') return outOfBagText(findings)
  if (findings.kind === 'weights') return weightsText(findings)
  if (findings.kind === 'tree') return treeText(findings)
  return findings.kind === 'anomalies' ? anomaliesText(findings) : clustersText(findings)
}

function outOfBagText({ metrics: values, rows, of }: OutOfBag): string {
  return `Out of the bag (${number(rows)} of ${number(of)} training rows, each answered by the trees that did not draw it): ${metrics(values)}`
}

function weightsText({ outputs, intercepts, columns, others }: Weights): string {
  const [shown, one] = [outputs.slice(0, 8), outputs.length === 1]
  const table = textTable(
    columns,
    [
      { title: 'column', value: each => each.name },
      ...shown.map((output, k) => ({
        title: output,
        value: (each: Weights['columns'][number]) => number(each.weights[k]!),
        right: true,
      })),
      ...(one
        ? [
            {
              title: 'one unit more',
              value: (each: Weights['columns'][number]) => (each.perUnit ? number(each.perUnit[0]!) : ''),
              right: true,
            },
          ]
        : []),
    ],
    'No column weighs anything',
  )
  const rest = others ? `\n${number(others)} more weigh less or nothing` : ''
  const starts = shown.map((output, k) => `${output} ${number(intercepts[k]!)}`).join('  ')
  return `Weights, of a standard deviation more or of yes; of classes in log-odds. With every number at its mean: ${starts}\n\n${table}${rest}`
}

function treeText({ nodes }: LearnedTree): string {
  const lines: string[] = []
  const write = (at: number, depth: number, path: string) => {
    const { rows, answer, of, question, leaves } = nodes[at]!
    const says = `${of === null ? '' : `${of} `}${number(answer)} of ${number(rows)} rows`
    const more = !question && leaves > 1 ? `, ${number(leaves)} leaves below` : ''
    lines.push(`${'  '.repeat(depth)}${path}${path && ': '}${says}${more}`)
    if (!question) return
    const words = questionWords(question, number)
    write(question.yes, depth + 1, words.yes)
    write(question.no, depth + 1, words.no)
  }
  write(0, 0, '')
  return `The tree, each branch with its training rows and what they answer:\n\n${lines.join('\n')}`
}

function anomaliesText({ threshold, below, rows }: Anomalies): string {
  const table = textTable(
    rows.slice(0, shownRows),
    [
      { title: 'row', value: each => number(each.row + 1), right: true },
      { title: 'score', value: each => number(each.score), right: true },
      { title: 'part', value: each => each.part },
      {
        title: 'what is unusual',
        value: each =>
          each.unusual.map(({ column, value, usual }) => `${column} ${cell(value)} (usual ${cell(usual)})`).join(', '),
      },
    ],
    'No rows',
  )
  const counts = `${number(below.train)} train, ${number(below.validation)} validation, ${number(below.test)} test`
  return `Anomalies, of a score below ${number(threshold)}: ${counts} rows\n\n${table}`
}

function clustersText({ clusters, columns }: Clusters): string {
  const sizes = clusters.map(({ cluster, rows }) => `${cluster}: ${number(rows.train)}`).join('  ')
  const own: TableColumn<Clusters['columns'][number]>[] = clusters
    .slice(0, 8)
    .map(({ cluster }, place) => ({ title: cluster, value: each => cell(each.centres[place]!), right: true }))
  const table = textTable(
    columns.slice(0, shownColumns),
    [
      { title: 'column', value: each => each.column },
      { title: 'all', value: each => cell(each.all), right: true },
      ...own,
    ],
    'No columns',
  )
  return `Training rows of each cluster  ${sizes}\nMeans of numbers and most frequent texts, where the clusters differ most:\n\n${table}`
}

function forecastText({ every, isDate, season, lags, steps, series }: ForecastFindings): string {
  const when = (time: number) =>
    isDate
      ? new Date(time)
          .toISOString()
          .slice(0, 16)
          .replace(/T00:00$/, '')
      : String(Number(time.toFixed(3)))
  const errors = textTable(
    steps.slice(0, shownSteps),
    [
      { title: 'step', value: each => number(each.step), right: true },
      { title: 'rmse', value: each => number(each.rmse), right: true },
      { title: 'seasonal naive', value: each => number(each.naiveRmse), right: true },
      { title: 'mae', value: each => number(each.mae), right: true },
      { title: 'seasonal naive', value: each => number(each.naiveMae), right: true },
      { title: 'rows', value: each => number(each.rows), right: true },
    ],
    'No steps',
  )
  const next = series.map(({ name, future }) => {
    const rows = future.time.map((time, i) => ({
      time,
      value: future.value[i]!,
      low: future.low[i]!,
      high: future.high[i]!,
    }))
    const table = textTable(
      rows.slice(0, shownSteps),
      [
        { title: name || 'time', value: each => when(each.time) },
        { title: 'forecast', value: each => number(each.value), right: true },
        { title: '80 % interval', value: each => `${number(each.low)} – ${number(each.high)}` },
      ],
      'No steps',
    )
    return table
  })
  const said = `Steps of ${every}, a season of ${season}, from the last ${lags} values. Rolling origins of the test rows, by the step ahead:`
  return [said, errors, 'What comes next:', ...next].join('\n\n')
}
