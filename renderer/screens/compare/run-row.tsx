import { memo } from 'react'
import { isBetter, isMetricId } from '../../../shared/model/metrics.ts'
import type { Run } from '../../../shared/model/run.ts'
import { ResumeRunButton } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { pathTo } from '../../components/router.ts'
import { formatDelta, formatMetric } from '../../components/scores.ts'
import { Status } from '../../components/status.tsx'
import type { Setting } from './columns.ts'
import { isSameTest } from './comparable.ts'
import { texts } from './texts.ts'

interface RunRowProps {
  run: Run
  index: number
  /** Those in sight; so many columns stand `before` them, which would take the pixels to their `left`, as those behind would to their `right`. */
  metrics: string[]
  settings: Setting[]
  before: number
  left: number
  right: number
  baseline: Run | null
  chosen: string[]
  choose(runs: string[]): void
  /** Is told that something in this row got focus. */
  hold(run: string): void
}

/** Drawn again only when it shows something else: scrolling costs no more than the rows that come into sight. */
export const RunRow = memo(function RunRow(props: RunRowProps) {
  const { run, metrics, settings, before, left, right, baseline, chosen, choose, hold } = props
  const others = chosen.filter(id => id !== run.run)
  const isChosen = others.length < chosen.length
  // A difference between scores on other rows, or of something else, means nothing.
  const isComparable = baseline !== run && baseline !== null && isSameTest(baseline, run)
  return (
    <tr className={isChosen ? 'chosen' : undefined} aria-rowindex={props.index + 2} onFocus={() => hold(run.run)}>
      <td title={`${run.name} (${run.run})`}>
        <span className="run-name">
          <input
            type="checkbox"
            aria-label={texts.choose(run.name)}
            checked={isChosen}
            onChange={() => choose(isChosen ? others : [...chosen, run.run])}
          />
          <Link to={pathTo('train', run.run)}>{run.name}</Link>
          {run.run === chosen[0] && <span className="soft">{texts.baseline}</span>}
          {isChosen && run.run !== chosen[0] && (
            <button
              type="button"
              className="link"
              aria-label={texts.pinTitle(run.name)}
              onClick={() => choose([run.run, ...others])}
            >
              {texts.pin}
            </button>
          )}
        </span>
      </td>
      <td>
        <Status state={run.status} /> <ResumeRunButton key={run.run} run={run} />
      </td>
      {left > 0 && <td style={{ flex: 'none', width: left }} aria-hidden="true" />}
      {metrics.map((id, i) => (
        <td key={id} className="number" aria-colindex={3 + before + i}>
          <Delta id={id} value={run.metrics[id]} base={isComparable ? baseline.metrics[id] : undefined} />
          {run.metrics[id] === undefined ? '' : formatMetric(run.metrics[id])}
        </td>
      ))}
      {settings.map(({ name, of }, i) => (
        <td key={name} title={of(run)} aria-colindex={3 + before + metrics.length + i}>
          {of(run)}
        </td>
      ))}
      {right > 0 && <td style={{ flex: 'none', width: right }} aria-hidden="true" />}
    </tr>
  )
})

/** Against the baseline, in the colour of what it means for the metric. */
function Delta({ id, value, base }: { id: string; value: number | undefined; base: number | undefined }) {
  if (value === undefined || base === undefined || value === base) return null
  const isGood = isMetricId(id) && isBetter(id, value, base)
  return <span className={isGood ? 'delta good' : 'delta bad'}>{formatDelta(value - base)}</span>
}
