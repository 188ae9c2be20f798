import { Progress } from '@mantine/core'
import type { Output, Signature } from '../../shared/inference/signature.ts'
import { formatNumber, formatSigned } from '../../shared/lib/format.ts'
import { texts } from './texts.ts'

/** Classes that are drawn, the most probable of them. */
const mostClasses = 20

/** The prediction, with the probability of each class and how far it moved from the typical row. */
export function PredictionAnswer(props: { output: Output | null; start: Output | null; signature: Signature }) {
  const { output, start, signature } = props
  if (!output) return null
  const { prediction, probabilities, anomaly } = output
  const target = signature.target ?? texts.prediction.label
  const moved =
    typeof prediction === 'number' && typeof start?.prediction === 'number' ? prediction - start.prediction : 0
  const changeOf = (label: string, probability: number) => probability - (start?.probabilities?.[label] ?? probability)
  const isMoved = Object.entries(probabilities ?? {}).some(each => changeOf(...each) !== 0)
  return (
    <>
      <p className="prediction" aria-live="polite">
        <span className="soft">{target}</span>
        <output title={String(prediction)}>
          {typeof prediction === 'number' ? formatNumber(prediction, 6) : prediction}
        </output>
      </p>
      {anomaly !== undefined && (
        <p className={anomaly ? 'status bad' : 'soft'}>{anomaly ? texts.prediction.anomaly : texts.prediction.usual}</p>
      )}
      {moved !== 0 && (
        <p className="soft">
          {texts.prediction.fromTypical}: {formatSigned(moved, size => formatNumber(size, 4))}
        </p>
      )}
      {probabilities && (
        <ul className={isMoved ? 'probabilities moved' : 'probabilities'} aria-label={texts.prediction.label}>
          {mostProbable(probabilities).map(([label, probability]) => {
            const change = changeOf(label, probability)
            return (
              <li key={label}>
                <span className="label" title={label}>
                  {label}
                </span>
                <span className="number" title={String(probability)}>
                  {(probability * 100).toFixed(2)} %
                </span>
                {isMoved && (
                  <span className="number soft" title={texts.prediction.fromTypical}>
                    {formatSigned(change, size => (size * 100).toFixed(2))}
                  </span>
                )}
                <Progress value={probability * 100} size="sm" aria-hidden />
              </li>
            )
          })}
        </ul>
      )}
    </>
  )
}

/** In the order of the classes, so that nothing jumps; of many classes the most probable. */
function mostProbable(probabilities: Record<string, number>): [string, number][] {
  const entries = Object.entries(probabilities)
  if (entries.length <= mostClasses) return entries
  return entries.sort((a, b) => b[1] - a[1]).slice(0, mostClasses)
}
