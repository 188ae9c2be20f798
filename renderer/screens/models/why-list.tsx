import { outputValues } from '../../../shared/inference/contributions.ts'
import type { Output, RawRow } from '../../../shared/inference/signature.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import type { LiveModel } from '../../inference/live-model.ts'
import { texts } from './texts.ts'
import { useContributions } from './use-contributions.ts'

/** Columns that are listed; the others are added up. */
const mostParts = 10

/** How the change from the typical row is shared out among the columns that differ from it. */
export function WhyList(props: { model: LiveModel; row: RawRow; typical: RawRow; output: Output }) {
  const { model, row, typical, output } = props
  const { contributions, error, isCurrent } = useContributions(model, row, typical)
  if (error) return <ErrorNotice error={error} />
  if (row === typical) return <p className="soft">{texts.whyTypical}</p>
  if (!contributions) return <p className="soft">{texts.whyAsking}</p>
  const labels = Object.keys(output.probabilities ?? {})
  const place = labels.length ? Math.max(0, labels.indexOf(String(output.prediction))) : 0
  const size = (value: number) => (labels.length ? (value * 100).toFixed(2) : String(Number(value.toPrecision(4))))
  const level = (value: number) => (labels.length ? `${size(value)} %` : size(value))
  const show = (value: number) => (value > 0 ? `+${size(value)}` : size(value))
  const { parts, isExact } = contributions
  const own = parts.map(({ column, values, errors }) => ({ column, value: values[place]!, error: errors[place]! }))
  own.sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  const rest = own.slice(mostParts)
  const most = Math.max(...own.map(({ value }) => Math.abs(value)))
  const now = outputValues(output)[place]!
  return (
    <section className="why" aria-label={texts.why} aria-busy={!isCurrent}>
      <h3>{labels.length ? texts.whyTowards(labels[place]!) : texts.why}</h3>
      <p className="soft">{texts.whyFrom(level(contributions.base[place]!), level(now))}</p>
      <ul>
        {own.slice(0, mostParts).map(({ column, value, error: deviation }) => (
          <li key={column}>
            <span className="label" title={column}>
              {column}
            </span>
            <span className="number" title={String(value)}>
              {show(value)}
            </span>
            <div className="bar" aria-hidden>
              <div
                className={value < 0 ? 'against' : 'towards'}
                style={{ width: `${most > 0 ? (Math.abs(value) / most) * 50 : 0}%` }}
              />
            </div>
            {deviation > 0 && <span className="soft error">{texts.whyError(size(deviation))}</span>}
          </li>
        ))}
      </ul>
      {rest.length > 0 && (
        <p className="soft">{texts.whyOthers(rest.length, show(rest.reduce((sum, { value }) => sum + value, 0)))}</p>
      )}
      <p className="soft">{isExact ? texts.whyExact : texts.whyDrawn}</p>
    </section>
  )
}
