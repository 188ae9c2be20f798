import { Switch, TextInput } from '@mantine/core'
import { type RefObject, useCallback, useEffect, useMemo, useState } from 'react'
import { metricName } from '../../../shared/model/metrics.ts'
import type { Run } from '../../../shared/model/run.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { useVirtualRows } from '../../components/use-virtual-rows.ts'
import { watchScroll } from '../../components/watch-scroll.ts'
import { metricsOf, settingsOf } from './columns.ts'
import type { ComparePlace } from './place.ts'
import { RunRow } from './run-row.tsx'
import { texts } from './texts.ts'
import { useRowKeys } from './use-row-keys.ts'
import { useRuns } from './use-runs.ts'

/** In pixels; the style of the table holds rows and columns to them. */
const rowHeight = 27
const widths = { name: 300, state: 96, metric: 144, setting: 128 }
/** Columns beyond the edges that are there before they come into sight. */
const margin = 1

/** All runs, filtered and sorted by the engine; only the rows in sight are in the page. */
export function RunTable(props: { place: ComparePlace; chosen: string[]; show(change: Partial<ComparePlace>): void }) {
  const { place, chosen, show } = props
  const { filter, sort, hasAllColumns: all } = place
  const [typed, setTyped] = useState(filter)
  useEffect(() => setTyped(filter), [filter])
  const choose = useCallback((ids: string[]) => show({ runs: ids }), [show])
  const { runs, error } = useRuns(filter, sort)
  return (
    <Panel title={texts.runs} count={runs?.length ?? null}>
      <form
        className="body tools"
        onSubmit={event => {
          event.preventDefault()
          show({ filter: typed })
        }}
      >
        <TextInput
          size="xs"
          className="filter"
          aria-label={texts.filter}
          placeholder={texts.filterExample}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <Switch
          size="xs"
          label={texts.allColumns}
          checked={all}
          onChange={event => show({ hasAllColumns: event.currentTarget.checked })}
        />
      </form>
      <ErrorNotice error={error} />
      {runs === null && !error && <p className="empty">{texts.asking}</p>}
      {runs?.length === 0 && (
        <Empty action={filter ? undefined : <Link to="/">{texts.toOverview}</Link>}>
          {filter ? texts.noneMatches : texts.noRuns}
        </Empty>
      )}
      {runs !== null && runs.length > 0 && (
        <Rows {...{ runs, all, sort, chosen, choose }} setSort={metric => show({ sort: metric })} />
      )}
      {chosen.length < 2 && runs !== null && runs.length > 1 && <p className="empty">{texts.chooseRuns}</p>}
    </Panel>
  )
}

function Rows(props: {
  runs: Run[]
  all: boolean
  sort: string | null
  setSort(metric: string | null): void
  chosen: string[]
  choose(runs: string[]): void
}) {
  const { runs, all, sort, setSort, chosen, choose } = props
  const settings = useMemo(() => settingsOf(runs, all), [runs, all])
  const metrics = useMemo(() => {
    const picked = runs.filter(({ run }) => chosen.includes(run))
    // Until one is chosen, what the topmost has that was measured.
    const top = runs.find(run => Object.keys(run.metrics).length > 0)
    return metricsOf(runs, all, picked.length || !top ? picked : [top])
  }, [runs, all, chosen])
  const baseline = useMemo(() => runs.find(({ run }) => run === chosen[0]) ?? null, [runs, chosen])
  const { box, first: top, end: bottom, above, below } = useVirtualRows(runs.length, rowHeight)
  const shown = runs.slice(top, bottom)
  const keys = useRowKeys(
    box,
    shown.map(({ run }) => run),
  )
  const { first, end } = useColumnsInSight(box, metrics.length, settings.length)
  const metricsInSight = useMemo(() => metrics.slice(first, end), [metrics, first, end])
  const settingsInSight = useMemo(
    () => settings.slice(Math.max(0, first - metrics.length), Math.max(0, end - metrics.length)),
    [settings, metrics, first, end],
  )
  return (
    <section className="scroll runs" aria-label={texts.runsTable} tabIndex={0} ref={box}>
      <table aria-rowcount={runs.length + 1} aria-colcount={2 + metrics.length + settings.length}>
        <thead>
          <tr>
            <th scope="col">{texts.run}</th>
            <th scope="col">{texts.status}</th>
            {metrics.map(id => (
              <th key={id} scope="col" className="number" aria-sort={sort === id ? 'other' : undefined}>
                <button
                  type="button"
                  className="link"
                  title={texts.sortBy(metricName(id))}
                  onClick={() => setSort(sort === id ? null : id)}
                >
                  {metricName(id)}
                  {sort === id && ' ▾'}
                </button>
              </th>
            ))}
            {settings.map(({ name }) => (
              <th key={name} scope="col" title={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr style={{ height: above }} />}
          {shown.map((run, i) => (
            <RunRow
              key={keys[i]}
              run={run}
              index={top + i}
              metrics={metricsInSight}
              settings={settingsInSight}
              before={first}
              left={placeOf(first, metrics.length)}
              right={placeOf(metrics.length + settings.length, metrics.length) - placeOf(end, metrics.length)}
              baseline={baseline}
              chosen={chosen}
              choose={choose}
            />
          ))}
          {below > 0 && <tr style={{ height: below }} />}
        </tbody>
      </table>
    </section>
  )
}

/** How many pixels behind the fixed columns the `column`th of the metrics and then the settings begins. */
const placeOf = (column: number, metrics: number) =>
  Math.min(column, metrics) * widths.metric + Math.max(0, column - metrics) * widths.setting

/** Of the metrics and then the settings those that the box shows, from `first` to before `end`; its rows are drawn without the others. */
function useColumnsInSight(box: RefObject<HTMLElement | null>, metrics: number, settings: number) {
  const [sight, setSight] = useState({ first: 0, end: metrics + settings })
  useEffect(() => {
    const element = box.current
    if (!element) return
    const fixed = widths.name + widths.state
    /** The column at so many pixels behind the fixed ones. */
    const at = (left: number) =>
      left < metrics * widths.metric
        ? Math.floor(left / widths.metric)
        : metrics + Math.floor((left - metrics * widths.metric) / widths.setting)
    const look = () => {
      const { scrollLeft, clientWidth, scrollWidth } = element
      element.toggleAttribute('data-moved', scrollLeft > 0)
      // A table that is narrower than its box stretches its columns.
      const isWhole = scrollWidth <= clientWidth
      const first = isWhole ? 0 : Math.max(0, at(scrollLeft - fixed) - margin)
      const end = isWhole
        ? metrics + settings
        : Math.min(metrics + settings, at(scrollLeft + clientWidth - fixed) + 1 + margin)
      setSight(last => (last.first === first && last.end === end ? last : { first, end }))
    }
    return watchScroll(element, look)
  }, [box, metrics, settings])
  return sight
}
