import { useMemo } from 'react'
import { formatCount } from '../../../shared/lib/format.ts'
import type { ColumnProfile, DatasetVersion } from '../../../shared/model/dataset.ts'
import { Chart } from '../../charts/chart.tsx'
import { histogramOption, relationOption } from '../../charts/column.ts'
import type { Palette } from '../../charts/options.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { shownValue } from './shown-value.ts'
import { texts } from './texts.ts'

/** Everything that is known of one column: its distribution, quantiles, most frequent values, and how the target goes with it. */
export function ColumnView(props: {
  version: DatasetVersion
  column: ColumnProfile
  target: string | null
  onClose(): void
}) {
  const { version, column, target, onClose } = props
  const option = useMemo(() => (palette: Palette) => histogramOption(column, palette), [column])
  return (
    <Panel
      title={column.name}
      wide
      aside={
        <button type="button" className="link" onClick={onClose}>
          {texts.close}
        </button>
      }
    >
      <div className="body column-view">
        {column.histogram && (
          <figure>
            <figcaption>{texts.distribution}</figcaption>
            <Chart label={`${texts.distribution}: ${column.name}`} height={200} option={option} />
          </figure>
        )}
        {target !== null && target !== column.name && (
          <Relation version={version} column={column.name} target={target} />
        )}
        <dl className="facts">
          {facts(column, version.rows).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {column.top.length > 0 && (
          <List
            label={texts.topValues}
            items={column.top}
            keyOf={({ value }) => value}
            empty=""
            columns={[
              { title: texts.topValues, cell: ({ value }) => value, text: ({ value }) => value },
              { title: texts.rows, isNumber: true, cell: ({ count }) => formatCount(count) },
              {
                title: texts.share,
                isNumber: true,
                cell: ({ count }) => `${((count / version.rows) * 100).toPrecision(3)} %`,
              },
            ]}
          />
        )}
      </div>
    </Panel>
  )
}

function facts(column: ColumnProfile, rows: number): [string, string][] {
  const value = (number: number | string | null) => shownValue(number, column.type)
  const all: [string, string][] = [
    [texts.type, column.type],
    [texts.missing, texts.ofRows(formatCount(column.missing), formatCount(rows))],
    [texts.infinite, column.infinite > 0 ? formatCount(column.infinite) : ''],
    [texts.distinct, formatCount(column.distinct)],
    [texts.mean, value(column.mean)],
    [texts.standardDeviation, column.standardDeviation === null ? '' : shownValue(column.standardDeviation, 'number')],
    ...column.quantiles.map(({ q, value: at }): [string, string] => [quantileName(q), value(at)]),
  ]
  return all.filter(([, text]) => text !== '')
}

const quantileName = (q: number) =>
  q === 0 ? texts.least : q === 1 ? texts.greatest : q === 0.5 ? texts.median : texts.partBelow(q * 100)

const relationHeight = 200

function Relation({ version, column, target }: { version: DatasetVersion; column: string; target: string }) {
  const dataset = `${version.dataset}:${version.version}`
  const about = JSON.stringify([dataset, column, target])
  const { value, error } = useAsked(about, () => engine.datasets.relation({ dataset, column, target }), about)
  const type = version.columns.find(({ name }) => name === column)!.type
  const option = useMemo(
    () => (palette: Palette) =>
      relationOption(
        value ?? { isSample: false, classes: [], groups: [] },
        target,
        at => shownValue(at, type),
        palette,
      ),
    [value, target, type],
  )
  const title = texts.relation(target)
  return (
    <figure>
      <figcaption>{value?.isSample ? `${title}, ${texts.ofSample}` : title}</figcaption>
      <ErrorNotice error={error} />
      {value && <Chart label={`${title}: ${column}`} height={relationHeight} option={option} />}
      {/* The page does not move when it comes. */}
      {!value && !error && <div style={{ height: relationHeight }} />}
    </figure>
  )
}
