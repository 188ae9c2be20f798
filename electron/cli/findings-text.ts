import type { Anomalies, Clusters, Findings } from '../../shared/model/findings.ts'
import { type TableColumn, textTable } from './text-table.ts'
import { number } from './values.ts'

const shownRows = 10
const shownColumns = 12

const cell = (value: number | string | null) => (typeof value === 'string' ? value : number(value))

/** What was found without a target: the rows that are most unlike the others, or what each cluster is like. */
export function findingsText(findings: Findings): string {
  return findings.kind === 'anomalies' ? anomaliesText(findings) : clustersText(findings)
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
