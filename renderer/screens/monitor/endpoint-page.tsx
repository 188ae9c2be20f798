import { NativeSelect, SegmentedControl } from '@mantine/core'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Endpoint } from '../../../shared/model/monitoring.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { useMinute } from '../../client/use-minute.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { Mend } from '../../components/mend.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { go, pathTo, usePlace } from '../../components/router.ts'
import { retrainAddress } from '../../components/train-address.ts'
import { EventsPanel } from './events-panel.tsx'
import { fromFirstCount } from './heat.ts'
import { HeatPanel } from './heat-panel.tsx'
import { moment } from './moments.ts'
import { clipped, length } from './numbers.ts'
import { ReplayPanel } from './replay-panel.tsx'
import { StretchPanel } from './stretch-panel.tsx'
import { texts } from './texts.ts'
import { TrafficPanel } from './traffic-panel.tsx'
import { TwoStretchesPanel } from './two-stretches-panel.tsx'
import { UnwatchPanel } from './unwatch-panel.tsx'
import { parseView, type Span, spanMs, spanSince, spans, stretchCounts, type View, viewQuery } from './view.ts'

const fewRows = 2000

export function EndpointPage({ endpoint }: { endpoint: Endpoint }) {
  const { endpoint: name, model, version, rows, errors, bundleDigest, createdAt } = endpoint
  const { search } = usePlace()
  const [usual] = useState(() => spanSince(Date.now() - createdAt))
  const view = useMemo(() => parseView(search, usual), [search, usual])
  const minute = useMinute()
  const show = useCallback(
    (change: Partial<View>, options?: { replace?: boolean }) =>
      go(pathTo('monitor', name) + viewQuery({ ...view, ...change }), options),
    [name, view],
  )
  const { span, stretches } = view
  const counted = [rows, errors, bundleDigest].join()
  // The first rows change the whole picture at once; later a look a minute is enough for the sum over everything.
  const pace = rows < fewRows ? counted : `${bundleDigest} ${minute}`
  const history = useAsked(`${name} ${span} ${stretches} ${counted} ${minute}`, () => {
    const wide = spanMs[span]
    const from = wide === null ? undefined : Date.now() - wide
    return engine.monitoring.history({ endpoint: name, from, buckets: stretches })
  })
  const events = useEvents(name)
  const run = useEngine(state => state.models?.find(each => each.bundleDigest === bundleDigest)?.run)
  const served = model ? `${model}${version === null ? '' : `:${version}`}` : endpoint.url
  const answer = history.value
  const isShown = useMemo(
    () => (answer?.endpoint === name ? fromFirstCount(answer, createdAt) : null),
    [answer, name, createdAt],
  )
  return (
    <>
      <RoomHeader title={name} question={<bdi>{clipped(served, 120)}</bdi>}>
        {model && version !== null && isShown?.hasReference && (
          <Link to={pathTo('models', model, version)}>{texts.itsModel}</Link>
        )}
        {run && <Link to={retrainAddress(run, name)}>{texts.retrain}</Link>}
        <Link to={pathTo('monitor')}>{texts.all}</Link>
      </RoomHeader>
      {endpoint.status === 'down' && (
        <p className="notice bad" role="status">
          {texts.unreachable} {endpoint.lastSeenAt === null ? '–' : moment(endpoint.lastSeenAt)}. {endpoint.message}
        </p>
      )}
      {endpoint.status !== 'down' && endpoint.message && (
        <p className="notice">
          <Mend sentence={endpoint.message} />
        </p>
      )}
      <div className="tools">
        <SegmentedControl
          size="xs"
          aria-label={texts.span}
          data={spans.map(value => ({ value, label: texts.spans[value] }))}
          value={span}
          onChange={value => show({ span: value as Span, window: null, against: null })}
        />
        <NativeSelect
          size="xs"
          aria-label={texts.stretches}
          data={stretchCounts.map(count => ({ value: String(count), label: texts.stretchesOption(count) }))}
          value={String(stretches)}
          onChange={event => show({ stretches: Number(event.currentTarget.value), window: null, against: null })}
        />
        {isShown && <span className="soft">{texts.stretchWidth(length(isShown.widthMs))}</span>}
      </div>
      <ErrorNotice error={history.error} />
      {!isShown && !history.error && <p className="empty">{texts.counting}</p>}
      {isShown && (
        <>
          <TrafficPanel history={isShown} events={events.value ?? []} />
          <EventsPanel endpoint={name} events={events.value} error={events.error} changed={events.again} />
          <HeatPanel history={isShown} view={view} show={show} />
          {isShown.hasReference && isShown.buckets.length > 0 && (
            <>
              <StretchPanel history={isShown} view={view} show={show} pace={pace} />
              <TwoStretchesPanel history={isShown} view={view} show={show} />
            </>
          )}
        </>
      )}
      <ReplayPanel endpoint={name} />
      <UnwatchPanel endpoint={endpoint} />
    </>
  )
}

/** Asked again whenever the engine says that something of the endpoints changed. */
function useEvents(endpoint: string) {
  const asked = useAsked(endpoint, async () => (await engine.monitoring.events({ endpoint })).events)
  const { again } = asked
  const known = useEngine(state => state.endpoints)
  useEffect(() => {
    if (known) again()
  }, [known, again])
  return asked
}
