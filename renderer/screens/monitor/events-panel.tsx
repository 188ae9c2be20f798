import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import type { EndpointEvent } from '../../../shared/model/monitoring.ts'
import { engine } from '../../client/engine.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { moment } from './moments.ts'
import { clipped } from './numbers.ts'
import { texts } from './texts.ts'

/** What happened, numbered as in the chart. A mark can be taken away, and that undone. */
export function EventsPanel(props: {
  endpoint: string
  events: EndpointEvent[] | null
  error: AppError | null
  changed(): void
}) {
  const { endpoint, events, changed } = props
  const [text, setText] = useState('')
  const [at, setAt] = useState('')
  const [removed, setRemoved] = useState<EndpointEvent | null>(null)
  const [failure, setFailure] = useState<AppError | null>(null)
  const [isAsked, setIsAsked] = useState(false)
  const doing = async (work: () => Promise<unknown>) => {
    setFailure(null)
    setIsAsked(true)
    try {
      await work()
      changed()
    } catch (error) {
      setFailure(toAppError(error))
    } finally {
      setIsAsked(false)
    }
  }
  const mark = () =>
    doing(async () => {
      await engine.monitoring.mark({ endpoint, text: text.trim(), at: at ? Date.parse(at) : undefined })
      // What was typed since is of the next one.
      setText(now => (now === text ? '' : now))
      setAt(now => (now === at ? '' : now))
      setRemoved(null)
    })
  const remove = (event: number) => doing(async () => setRemoved(await engine.monitoring.unmark({ endpoint, event })))
  const undo = (event: EndpointEvent) =>
    doing(async () => {
      await engine.monitoring.mark({ endpoint, text: event.text, at: event.at })
      setRemoved(null)
    })
  return (
    <Panel title={texts.events} count={events?.length ?? null}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          void mark()
        }}
      >
        <TextInput
          size="xs"
          className="long"
          label={texts.markWhat}
          maxLength={200}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          type="datetime-local"
          label={texts.markWhen}
          value={at}
          onChange={event => setAt(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={!text.trim() || isAsked}>
          {texts.markButton}
        </Button>
      </form>
      <ErrorNotice error={failure ?? props.error} />
      {removed && (
        <p className="notice" role="status">
          {texts.removed(clipped(removed.text))}{' '}
          <button type="button" className="link" disabled={isAsked} onClick={() => void undo(removed)}>
            {texts.undo}
          </button>
        </p>
      )}
      <List
        label={texts.events}
        items={events?.map((event, i) => ({ ...event, number: events.length - i })) ?? null}
        keyOf={({ event, at: when, number }) => `${event ?? when} ${number}`}
        empty={texts.noEvents}
        columns={[
          { title: texts.number, isNumber: true, cell: ({ number }) => number },
          { title: texts.at, cell: ({ at: when }) => moment(when) },
          { title: texts.kind, cell: ({ kind }) => texts.kinds[kind] },
          { title: texts.what, cell: each => <bdi>{each.text}</bdi>, text: each => each.text },
          {
            title: texts.remove,
            cell: ({ event, kind, text: what }) =>
              event !== null &&
              kind === 'mark' && (
                <button
                  type="button"
                  className="link"
                  aria-label={`${texts.remove}: ${clipped(what)}`}
                  disabled={isAsked}
                  onClick={() => void remove(event)}
                >
                  {texts.remove}
                </button>
              ),
          },
        ]}
      />
    </Panel>
  )
}
