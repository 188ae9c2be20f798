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
}

/** Drawn again only when it shows something else: scrolling costs no more than the rows that come into sight. */
export const RunRow = memo(function RunRow(props: RunRowProps) {
  const { run, metrics, settings, before, left, right, baseline, chosen, choose } = props
  const others = chosen.filter(id => id !== run.run)
  const isChosen = others.length < chosen.length
  // A difference between scores on other rows, or of something else, means nothing.
  const isComparable = baseline !== run && baseline !== null && isSameTest(baseline, run)
  return (
    <tr className={isChosen ? 'chosen' : undefined} aria-rowindex={props.index + 2}>
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
      <td className={run.status === 'done' ? undefined : 'long'}>
        <Status state={run.status} /> <ResumeRunButton key={run.run} run={run} />
      </td>
      {left > 0 && <td style={{ flex: 'none', width: left }} aria-hidden="true" />}
      {metrics.map((id, i) => (
        <Score
          key={id}
          id={id}
          value={run.metrics[id]}
          base={isComparable ? baseline.metrics[id] : undefined}
          column={3 + before + i}
        />
      ))}
      {settings.map(({ name, of }, i) => {
        const text = of(run)
        return (
          <td
            key={name}
            className={isShort(text) ? undefined : 'long'}
            title={text}
            aria-colindex={3 + before + metrics.length + i}
          >
            {text}
          </td>
        )
      })}
      {right > 0 && <td style={{ flex: 'none', width: right }} aria-hidden="true" />}
    </tr>
  )
})

/** Whether it fits into any column for sure; what may not is cut at the edge of its cell, which each such cell costs time while scrolling. */
const isShort = (text: string, letters = 8) => text.length <= letters && /^[ -~−]*$/.test(text)

/** A metric, and what it is against the baseline, in the colour of what that means for the metric. */
function Score(props: { id: string; value: number | undefined; base: number | undefined; column: number }) {
  const { id, value, base, column } = props
  const text = formatMetric(value)
  const delta = value === undefined || base === undefined || value === base ? null : formatDelta(value - base)
  const isGood = delta !== null && isMetricId(id) && isBetter(id, value!, base!)
  return (
    <td className={isShort(text + (delta ?? ''), 14) ? 'number' : 'number long'} aria-colindex={column}>
      {delta !== null && <span className={isGood ? 'delta good' : 'delta bad'}>{delta}</span>}
      {text}
    </td>
  )
}
