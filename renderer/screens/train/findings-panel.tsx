import { useMemo, useState } from 'react'
import { formatCount, formatNumber } from '../../../shared/lib/format.ts'
import type { Anomalies, Clusters } from '../../../shared/model/findings.ts'
import type { Run } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import type { Palette } from '../../charts/options.ts'
import { scoresOption } from '../../charts/scores.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { Foretold } from './forecast-panel.tsx'
import { LearnedQuestions, LearnedWeights } from './learned-panel.tsx'
import { texts } from './texts.ts'

const titles = {
  anomalies: texts.anomalies,
  clusters: texts.clusters,
  forecast: texts.foretold,
  weights: texts.weights,
  tree: texts.tree,
}

/** What was found beside scores: what comes next, what a linear model or a tree learned, the rows that are most unlike the others, or what each cluster is like. */
export function FindingsPanel({ run }: { run: Run }) {
  const { findings } = run
  // Scores out of the bag stand beside the others.
  if (!findings || findings.kind === 'out-of-bag') return null
  return (
    <Panel title={titles[findings.kind]} wide>
      {findings.kind === 'anomalies' && <Unlike run={run} found={findings} />}
      {findings.kind === 'clusters' && <Alike found={findings} />}
      {findings.kind === 'weights' && <LearnedWeights found={findings} isOfClasses={run.classes.length > 0} />}
      {findings.kind === 'tree' && <LearnedQuestions found={findings} />}
      {findings.kind === 'forecast' && <Foretold found={findings} target={run.target ?? ''} />}
    </Panel>
  )
}

const short = (value: number) => formatNumber(value, 4)
const cell = (value: number | string | null) =>
  value === null ? texts.missing : typeof value === 'number' ? short(value) : value

function Unlike({ run, found }: { run: Run; found: Anomalies }) {
  const { threshold, below, scores } = found
  const option = useMemo(
    () => (palette: Palette) =>
      scoresOption(scores, threshold, { x: texts.anomalyScore, y: texts.rows, threshold: texts.threshold }, palette),
    [scores, threshold],
  )
  const [open, setOpen] = useState<number | null>(null)
  const unusual = ({ unusual: cells }: Anomalies['rows'][number]) =>
    cells.map(({ column, value, usual }) => texts.unusualCell(column, cell(value), cell(usual))).join(', ')
  return (
    <div className="body">
      <p className="soft">
        {texts.below(
          short(threshold),
          formatCount(below.train),
          formatCount(below.validation),
          formatCount(below.test),
        )}
      </p>
      <Chart label={texts.scoreChart} height={220} option={option} />
      <List
        label={texts.anomalies}
        items={found.rows}
        keyOf={({ row }) => String(row)}
        empty={texts.noScores}
        columns={[
          {
            title: texts.shownRow,
            isNumber: true,
            cell: ({ row }) => (
              <button
                type="button"
                className="link"
                aria-expanded={open === row}
                onClick={() => setOpen(open === row ? null : row)}
              >
                {formatCount(row + 1)}
              </button>
            ),
          },
          { title: texts.anomalyScore, isNumber: true, cell: ({ score }) => short(score) },
          { title: texts.part, cell: ({ part }) => texts.parts[part] },
          { title: texts.unusual, cell: unusual, text: unusual },
        ]}
        isChosen={({ row }) => row === open}
      />
      {open !== null && <WholeRow run={run} row={open} />}
    </div>
  )
}

/** A row of the dataset, column by column. */
function WholeRow({ run, row }: { run: Run; row: number }) {
  const reference = `${run.dataset}:${run.datasetVersion}`
  const place = `${reference} ${row}`
  const { value, error } = useAsked(
    place,
    () => engine.datasets.rows({ dataset: reference, offset: row, limit: 1 }),
    place,
  )
  return (
    <section aria-label={texts.wholeRow(formatCount(row + 1))}>
      <h3>{texts.wholeRow(formatCount(row + 1))}</h3>
      <ErrorNotice error={error} />
      {value && (
        <dl className="facts beside">
          {value.columns.map((name, i) => (
            <div key={name}>
              <dt title={name}>{name}</dt>
              <dd title={String(value.rows[0]?.[i] ?? '')}>{String(value.rows[0]?.[i] ?? texts.missing)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

/** Clusters that stand side by side; the sizes are of all. */
const shownClusters = 12

function Alike({ found: { clusters, columns } }: { found: Clusters }) {
  const total = clusters.reduce((sum, { rows }) => sum + rows.train, 0)
  return (
    <div className="body">
      <List
        label={texts.clusterSizes}
        items={clusters}
        keyOf={({ cluster }) => cluster}
        empty={texts.noScores}
        columns={[
          { title: texts.cluster, cell: ({ cluster }) => cluster },
          { title: texts.parts.train, isNumber: true, cell: ({ rows }) => formatCount(rows.train) },
          { title: texts.share, isNumber: true, cell: ({ rows }) => `${((100 * rows.train) / total).toFixed(1)} %` },
          { title: texts.parts.validation, isNumber: true, cell: ({ rows }) => formatCount(rows.validation) },
          { title: texts.parts.test, isNumber: true, cell: ({ rows }) => formatCount(rows.test) },
        ]}
      />
      <h3>{texts.centres}</h3>
      <p className="soft">{texts.centresHint}</p>
      <List
        label={texts.centres}
        items={columns}
        keyOf={({ column }) => column}
        empty={texts.noColumns}
        columns={[
          { title: texts.column, cell: ({ column }) => column, text: ({ column }) => column },
          { title: texts.toldByClusters, isNumber: true, cell: ({ told }) => `${(100 * told).toFixed(0)} %` },
          { title: texts.ofAllRows, isNumber: true, cell: ({ all }) => cell(all), text: ({ all }) => cell(all) },
          ...clusters.slice(0, shownClusters).map(({ cluster }, place) => ({
            title: texts.clusterName(cluster),
            isNumber: true,
            cell: (each: Clusters['columns'][number]) => cell(each.centres[place] ?? null),
            text: (each: Clusters['columns'][number]) => cell(each.centres[place] ?? null),
          })),
        ]}
      />
    </div>
  )
}
