import type { AlgorithmEstimate } from '../../../shared/contract/runs.ts'
import { formatSeconds } from '../../../shared/lib/format.ts'
import { texts } from './texts.ts'

/** Two figures and a unit: an estimate is no measurement. */
const about = (seconds: number) => formatSeconds(Number(seconds.toPrecision(seconds < 10 ? 1 : 2)))

/** How long what is chosen will take, each and in all, and what that rests on. */
export function TimeLeft({ estimates }: { estimates: AlgorithmEstimate[] | null }) {
  if (!estimates || estimates.length === 0) return null
  const all = estimates.reduce((sum, { seconds }) => sum + seconds, 0)
  const each = estimates.map(({ algorithm, seconds }) => `${algorithm} ${about(seconds)}`).join(', ')
  const isFirst = estimates.some(({ runs }) => runs === 0)
  return (
    <p className="soft" role="status">
      {`${texts.about} ${about(all)}${estimates.length > 1 ? `: ${each}` : ''}. ${isFirst ? texts.estimateFirst : texts.estimateFromRuns}`}
    </p>
  )
}
