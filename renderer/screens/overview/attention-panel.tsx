import { useEngine } from '../../client/store.ts'
import { useMinute } from '../../client/use-minute.ts'
import type { useWatched } from '../../client/use-watched.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { wordsInWindow } from '../../components/in-window.ts'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { attentionTo } from './attention.ts'
import { texts } from './texts.ts'

const most = 8

/** What went wrong while nobody looked; one quiet line where nothing did. Nothing before the engine has answered. */
export function AttentionPanel({ watched, error }: ReturnType<typeof useWatched>) {
  const deployments = useEngine(state => state.deployments)
  const jobs = useEngine(state => state.jobs)
  // A job is told for a day: what is told changes by itself.
  useMinute()
  if (watched === null || deployments === null) return null
  const all = attentionTo({ watched, deployments, jobs }, Date.now())
  const isBusy = jobs.length > 0
  if (all.length === 0 && error === null && !isBusy) return null
  return (
    <Panel title={texts.attention} count={all.length}>
      <ErrorNotice error={error} />
      {all.length === 0 && <p className="quiet status good">{texts.quiet}</p>}
      <ul className="attention">
        {all.slice(0, most).map(({ key, tone, name, to, what, detail }) => (
          <li key={key}>
            <Link to={pathTo(...to)} title={name}>
              {name}
            </Link>
            <span className={`status ${tone}`}>{what}</span>
            <span className="soft" title={wordsInWindow(detail)}>
              {wordsInWindow(detail)}
            </span>
          </li>
        ))}
      </ul>
      {all.length > most && (
        <p className="more">
          <Link to={pathTo('pipelines')}>{texts.moreAttention(all.length - most)}</Link>
        </p>
      )}
    </Panel>
  )
}
