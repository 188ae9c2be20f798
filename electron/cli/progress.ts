import { formatSeconds } from '../../shared/lib/format.ts'
import type { Job } from '../../shared/model/job.ts'
import { oneLine } from './text-table.ts'

/** Where progress is shown: a terminal, or something that keeps every line. */
export interface ProgressStream {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

const barWidth = 24
const redrawMs = 100
const sparseMs = 2000

/** `[##########--------------]  42 %  Boosting  12 s left  Train linear on cells:1`, cut to `columns`. */
export function progressLine(job: Job, columns: number): string {
  const fraction = job.fraction ?? 0
  const filled = Math.round(fraction * barWidth)
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`
  const share = job.fraction === null ? '  …' : `${Math.floor(fraction * 100)}`.padStart(3)
  const left = job.secondsLeft === null ? '' : `  ${formatSeconds(job.secondsLeft)} left`
  const phase = job.status === 'queued' ? 'waiting' : job.phase
  return oneLine(`${bar} ${share} %  ${phase}${left}  ${job.title}`).slice(0, Math.max(20, columns - 1))
}

/** Draws one live line for the job that is at work; where there is no terminal, a line now and then. */
export class ProgressDisplay {
  private readonly stream: ProgressStream
  private drawnAt = Number.NEGATIVE_INFINITY
  private isDrawn = false
  private readonly told = new Map<string, { phase: string; at: number }>()

  constructor(stream: ProgressStream) {
    this.stream = stream
  }

  show(job: Job, nowMs: number): void {
    if (job.status !== 'running') return
    if (this.stream.isTTY) {
      if (nowMs - this.drawnAt < redrawMs) return
      this.drawnAt = nowMs
      this.stream.write(`\r\u001b[K${progressLine(job, this.stream.columns ?? 80)}`)
      this.isDrawn = true
      return
    }
    const last = this.told.get(job.job)
    if (last && (last.phase === job.phase || nowMs - last.at < sparseMs) && nowMs - last.at < sparseMs * 5) return
    this.told.set(job.job, { phase: job.phase, at: nowMs })
    const share = job.fraction === null ? '' : ` ${Math.floor(job.fraction * 100)} %`
    this.stream.write(`${oneLine(`${job.title}: ${job.phase}${share}`)}\n`)
  }

  /** Takes the live line away, so that other text can be written. */
  clear(): void {
    if (this.isDrawn) this.stream.write('\r\u001b[K')
    this.isDrawn = false
    this.drawnAt = Number.NEGATIVE_INFINITY
  }
}
