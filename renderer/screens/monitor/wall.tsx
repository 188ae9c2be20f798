import { formatCount } from '../../../shared/lib/format.ts'
import { errorShare, type Watched } from '../../client/health.ts'
import { useWatched } from '../../client/use-watched.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { HealthStatus } from '../../components/health-status.tsx'
import { wordsInWindow } from '../../components/in-window.ts'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import { Fact } from './fact.tsx'
import { moment } from './moments.ts'
import { percent, short } from './numbers.ts'
import { texts } from './texts.ts'

/** Every endpoint as a card, the one that needs a look first. */
export function Wall() {
  const { watched, error } = useWatched()
  return (
    <Panel title={texts.endpoints} count={watched?.length ?? null}>
      <ErrorNotice error={error} />
      {watched === null && <p className="empty">{texts.asking}</p>}
      {watched?.length === 0 && (
        <Empty action={<Link to={pathTo('deploy')}>{texts.toDeploy}</Link>}>{texts.noEndpoints}</Empty>
      )}
      {watched && watched.length > 0 && (
        <ul className="wall">
          {watched.map(each => (
            <Card key={each.endpoint.endpoint} {...each} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Card({ endpoint, lately, health }: Watched) {
  const { lastHour, drift } = lately ?? {}
  return (
    <li className={`card ${health.tone}`}>
      <div className="head">
        <Link className="name" to={pathTo('monitor', endpoint.endpoint)} title={endpoint.endpoint}>
          {endpoint.endpoint}
        </Link>
        <HealthStatus of={{ endpoint, health }} />
      </div>
      <p className="soft clipped" title={endpoint.url}>
        {endpoint.model ? `${endpoint.model}${endpoint.version === null ? '' : `:${endpoint.version}`}` : endpoint.url}
      </p>
      <Sparkline values={lately?.rowsByMinute ?? []} label={texts.sparkline} />
      <dl>
        <Fact name={texts.rowsLastHour} value={lastHour ? formatCount(lastHour.rows) : '–'} />
        <Fact
          name={texts.p95}
          hint={texts.p95Hint}
          value={lastHour?.latencyMs ? texts.milliseconds(short(lastHour.latencyMs.p95.value)) : '–'}
        />
        <Fact name={texts.errorShare} value={lastHour ? percent(errorShare(lastHour)) : '–'} />
      </dl>
      <p className="clipped" title={drift?.worst.name}>
        <span className="soft">{texts.worstColumn}: </span>
        {drift ? (
          drift.worst.name
        ) : (
          <span className="soft">{endpoint.rows > 0 ? texts.noReference : texts.noWorst}</span>
        )}
      </p>
      {drift && (
        <p className="soft">
          {texts.times(short(drift.worst.value / drift.worst.threshold))} ·{' '}
          {texts.ofDrifted(drift.drifted.length, drift.columns)}
          <br />
          {texts.comparedSince(formatCount(drift.rows), moment(drift.window.from))}
        </p>
      )}
      {endpoint.message && (
        <p className="message clipped" title={wordsInWindow(endpoint.message)}>
          {wordsInWindow(endpoint.message)}
        </p>
      )}
    </li>
  )
}
