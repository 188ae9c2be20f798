import './job-log.css'
import { formatClock } from '../../shared/lib/format.ts'
import { engine } from '../client/engine.ts'
import { useEngine } from '../client/store.ts'
import { useAsked } from '../client/use-asked.ts'
import { ErrorNotice } from './error-notice.tsx'
import { Panel } from './panel.tsx'
import { texts } from './texts.ts'

/** The log of a job, asked for again with each line that the event stream tells of, and at its end. */
export function JobLog({ job }: { job: string }) {
  const last = useEngine(state => state.logged[job] ?? -1)
  const status = useEngine(({ jobs }) => jobs.find(each => each.job === job)?.status)
  const { value, error } = useAsked(`${job} ${last} ${status}`, () => engine.jobs.log({ job }))
  return (
    <Panel title={texts.log.title} count={value?.lines.length ?? null} wide>
      <ErrorNotice error={error} />
      {value?.lines.length === 0 && <p className="empty">{texts.log.none}</p>}
      {value && value.lines.length > 0 && (
        <section className="job-log" aria-label={texts.log.lines} tabIndex={0}>
          {value.lines.map(({ line, at, level, message }) => (
            <p key={line}>
              <time className="soft">{formatClock(at)}</time> {level !== 'info' && <strong>{level} </strong>}
              {message}
            </p>
          ))}
        </section>
      )}
    </Panel>
  )
}
