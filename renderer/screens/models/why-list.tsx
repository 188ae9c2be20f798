import { outputValues } from '../../../shared/inference/contributions.ts'
import type { Output, RawRow } from '../../../shared/inference/signature.ts'
import { formatNumber } from '../../../shared/lib/format.ts'
import { ContributionList } from '../../components/contribution-list.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import type { LiveModel } from '../../inference/live-model.ts'
import { texts } from './texts.ts'
import { useContributions } from './use-contributions.ts'

/** How the change from the typical row is shared out among the columns that differ from it. */
export function WhyList(props: { model: LiveModel; row: RawRow; typical: RawRow; output: Output }) {
  const { model, row, typical, output } = props
  const { contributions, error, isCurrent } = useContributions(model, row, typical)
  if (error) return <ErrorNotice error={error} />
  if (row === typical) return <p className="soft">{texts.whyTypical}</p>
  if (!contributions) return <p className="soft">{texts.whyAsking}</p>
  const labels = Object.keys(output.probabilities ?? {})
  const place = labels.length ? Math.max(0, labels.indexOf(String(output.prediction))) : 0
  const size = (value: number) => (labels.length ? (value * 100).toFixed(2) : formatNumber(value, 4))
  const level = (value: number) => (labels.length ? `${size(value)} %` : size(value))
  const { parts, isExact } = contributions
  return (
    <ContributionList
      label={texts.why}
      title={labels.length ? texts.whyTowards(labels[place]!) : texts.why}
      from={texts.whyFrom(level(contributions.base[place]!), level(outputValues(output)[place]!))}
      parts={parts.map(({ column, values, errors }) => ({ column, value: values[place]!, error: errors[place]! }))}
      note={isExact ? texts.whyExact : texts.whyDrawn}
      isBusy={!isCurrent}
      show={size}
      error={deviation => texts.whyError(size(deviation))}
      more={texts.whyOthers}
    />
  )
}
