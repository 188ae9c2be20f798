import type { AlgorithmEstimate } from '../../../shared/contract/runs.ts'
import { formatBytes, formatSeconds } from '../../../shared/lib/format.ts'
import { texts } from './texts.ts'

/** Two figures and a unit: an estimate is no measurement. */
const about = (seconds: number) => formatSeconds(Number(seconds.toPrecision(seconds < 10 ? 1 : 2)))
const aboutBytes = (bytes: number) => formatBytes(Number(bytes.toPrecision(2)))

/** How long what is chosen will take, each and in all, how much memory, and what that rests on. */
export function TimeLeft({
  estimated,
}: {
  estimated: { estimates: AlgorithmEstimate[]; machineBytes: number } | null
}) {
  if (!estimated || estimated.estimates.length === 0) return null
  const { estimates, machineBytes } = estimated
  const all = estimates.reduce((sum, { seconds }) => sum + seconds, 0)
  const each = estimates.map(({ algorithm, seconds }) => `${algorithm} ${about(seconds)}`).join(', ')
  const most = Math.max(...estimates.map(({ memoryBytes }) => memoryBytes))
  const isFirst = estimates.some(({ runs }) => runs === 0)
  return (
    <p className="soft" role="status">
      {`${texts.about} ${about(all)}${estimates.length > 1 ? `: ${each}` : ''}. ${isFirst ? texts.estimateFirst : texts.estimateFromRuns} `}
      {most > machineBytes
        ? texts.tooLarge(aboutBytes(most), formatBytes(machineBytes))
        : texts.memory(aboutBytes(most))}
    </p>
  )
}
