import { Button, Select, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { leftOutLine } from '../../../shared/lib/left-out.ts'
import { visibleText } from '../../../shared/lib/visible-text.ts'
import type { ServiceLog } from '../../../shared/model/service-log.ts'
import { engine } from '../../client/engine.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { texts } from './texts.ts'

/** Lines that are kept, the newest of them. */
const mostLines = 1000
const followEveryMs = 1500

/** What a replica of the service wrote, followed while the panel is open and not paused. */
export function LogPanel({ name }: { name: string }) {
  const [replica, setReplica] = useState<string | null>(null)
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Panel
      title={texts.log}
      aside={
        <Button size="compact-xs" variant="default" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? texts.closeLog : texts.openLog}
        </Button>
      }
    >
      {isOpen ? (
        <FollowedLog key={replica} name={name} replica={replica} onReplica={setReplica} />
      ) : (
        <p className="body soft">{texts.logHint}</p>
      )}
    </Panel>
  )
}

interface Props {
  name: string
  replica: string | null
  onReplica(replica: string | null): void
}

function FollowedLog({ name, replica, onReplica }: Props) {
  const [isPaused, setIsPaused] = useState(false)
  const [filter, setFilter] = useState('')
  const { page, lines, leftOut, error } = useLog(name, replica, isPaused)
  const wanted = filter.toLowerCase()
  const shown = lines.filter(line => line.toLowerCase().includes(wanted))
  return (
    <div className="body service-log">
      <div className="form">
        <TextInput
          size="xs"
          aria-label={texts.logFilter}
          placeholder={texts.logFilter}
          value={filter}
          onChange={event => setFilter(event.currentTarget.value)}
        />
        {page && page.replicas.length > 1 && (
          <Select
            size="xs"
            aria-label={texts.replica}
            allowDeselect={false}
            data={page.replicas}
            value={page.replica}
            onChange={onReplica}
          />
        )}
        <Button size="compact-xs" variant="default" onClick={() => setIsPaused(!isPaused)}>
          {isPaused ? texts.goOn : texts.pause}
        </Button>
        <CopyButton value={shown.join('\n')} label={texts.copyLog} />
      </div>
      {/* A scrolling region must be reachable by keyboard. */}
      <section className="lines" aria-label={texts.logLines} tabIndex={0}>
        <pre>{[...(leftOut ? [leftOutLine(leftOut)] : []), ...shown].join('\n')}</pre>
      </section>
      {page && shown.length === 0 && <p className="soft">{lines.length === 0 ? texts.saidNothing : texts.noLine}</p>}
      {page && <p className="soft">{page.isRunning ? page.replica : texts.ended(page.replica)}</p>}
      <ErrorNotice error={error} />
    </div>
  )
}

interface Lines {
  lines: string[]
  /** Older ones that are not kept. */
  leftOut: number
}

function withMore({ lines, leftOut }: Lines, more: string[]): Lines {
  const all = [...lines, ...more]
  return { lines: all.slice(-mostLines), leftOut: leftOut + Math.max(0, all.length - mostLines) }
}

/** The newest lines, asked for again and again until it is paused, the replica has ended, or the panel is gone. */
function useLog(name: string, replica: string | null, isPaused: boolean) {
  const [page, setPage] = useState<ServiceLog | null>(null)
  const [log, setLog] = useState<Lines>({ lines: [], leftOut: 0 })
  const [error, setError] = useState<AppError | null>(null)
  const latest = useRef<ServiceLog | null>(null)
  useEffect(() => {
    if (isPaused) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isGone = false
    const ask = async () => {
      let hasMore = false
      try {
        const before = latest.current
        const more = before ? { replica: before.replica, cursor: before.cursor } : replica === null ? {} : { replica }
        const next = await engine.deployments.logs({ deployment: name, limit: mostLines, ...more })
        if (isGone) return
        latest.current = next
        hasMore = before !== null && next.lines.length >= mostLines
        setPage(next)
        setError(null)
        const gone = next.leftOut ? [leftOutLine(next.leftOut)] : []
        if (next.lines.length > 0) setLog(log => withMore(log, [...gone, ...next.lines.map(visibleText)]))
        if (!next.isRunning && next.lines.length === 0) return
      } catch (failure) {
        if (isGone) return
        setError(toAppError(failure))
        // One that is gone does not come back under its name.
        if (toAppError(failure).code === 'not-found') return
      }
      timer = setTimeout(ask, hasMore ? 0 : followEveryMs)
    }
    void ask()
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [name, replica, isPaused])
  return { page, ...log, error }
}
