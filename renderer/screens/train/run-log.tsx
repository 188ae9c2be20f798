import { formatClock } from '../../../shared/lib/format.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { texts } from './texts.ts'

/** The log of a job, asked for again with each line that the event stream tells of. */
export function RunLog({ job }: { job: string }) {
  const last = useEngine(state => state.logged[job] ?? -1)
  const { value, error } = useAsked(`${job} ${last}`, () => engine.jobs.log({ job }))
  return (
    <Panel title={texts.log} count={value?.lines.length ?? null} wide>
      <ErrorNotice error={error} />
      {value?.lines.length === 0 && <p className="empty">{texts.noLog}</p>}
      {value && value.lines.length > 0 && (
        <section className="log" aria-label={texts.logLines} tabIndex={0}>
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
