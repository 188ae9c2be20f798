import { Button, Checkbox, Drawer, Switch } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../shared/errors.ts'
import { formatBytes, formatCount, formatMoment } from '../../shared/lib/format.ts'
import type { ConnectionLine } from '../../shared/model/workspace.ts'
import { engine } from '../client/engine.ts'
import { useEngine } from '../client/store.ts'
import { useAsked } from '../client/use-asked.ts'
import { closeDrawer, useDrawer } from '../components/drawers.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { List } from '../components/list.tsx'
import { texts } from './texts.ts'

/** The air-gap switch and the ledger of every connection that was made. */
export function ConnectionsDrawer() {
  const isOpen = useDrawer(({ open }) => open === 'connections')
  return (
    <Drawer
      opened={isOpen}
      onClose={closeDrawer}
      position="right"
      size="min(900px, 100%)"
      title={texts.connections}
      closeButtonProps={{ 'aria-label': texts.close }}
    >
      <div className="stack">
        <AirGap />
        <Ledger />
      </div>
    </Drawer>
  )
}

function AirGap() {
  const isOn = useEngine(({ info }) => info?.airGap ?? false)
  const [isAsked, setIsAsked] = useState(false)
  const [error, setError] = useState<AppError | null>(null)
  const change = async (on: boolean) => {
    setIsAsked(true)
    setError(null)
    try {
      useEngine.setState({ info: await engine.workspace.airGap({ on }) })
    } catch (failure) {
      setError(toAppError(failure))
    } finally {
      setIsAsked(false)
    }
  }
  return (
    <>
      <Switch
        data-autofocus
        checked={isOn}
        disabled={isAsked}
        label={texts.gapSwitch}
        description={texts.gapMeaning}
        onChange={event => void change(event.currentTarget.checked)}
      />
      <ErrorNotice error={error} />
    </>
  )
}

const shownLines = 500

function Ledger() {
  const isOn = useEngine(({ info }) => info?.airGap)
  const [isLocalShown, setIsLocalShown] = useState(false)
  const { value, error, again } = useAsked(`${isOn}`, () => engine.workspace.connections({ limit: 10_000 }))
  const lines = value?.connections.filter(({ isLocal }) => isLocalShown || !isLocal) ?? null
  return (
    <>
      <div className="form">
        <Checkbox
          checked={isLocalShown}
          label={texts.withLocal}
          onChange={event => setIsLocalShown(event.currentTarget.checked)}
        />
        <Button size="compact-sm" variant="default" onClick={() => again()}>
          {texts.again}
        </Button>
      </div>
      <ErrorNotice error={error} />
      <List<ConnectionLine>
        label={texts.ledger}
        items={lines?.slice(0, shownLines) ?? null}
        keyOf={line => `${line.firstAt} ${line.host} ${line.port} ${line.why}`}
        empty={value && value.total > 0 ? texts.noneElsewhere : texts.noConnections}
        columns={[
          { title: texts.lastAt, cell: ({ lastAt }) => formatMoment(lastAt) },
          { title: texts.whereTo, cell: where, text: where },
          { title: texts.place, cell: ({ isLocal }) => (isLocal ? texts.thisMachine : texts.elsewhere) },
          { title: texts.why, cell: ({ why }) => why, text: ({ why }) => why },
          { title: texts.made, isNumber: true, cell: ({ made }) => formatCount(made) },
          { title: texts.outcome, cell: outcome },
          { title: texts.sent, isNumber: true, cell: ({ sentBytes }) => formatBytes(sentBytes) },
          { title: texts.received, isNumber: true, cell: ({ receivedBytes }) => formatBytes(receivedBytes) },
        ]}
      />
      <p className="soft">{texts.notSeen}</p>
    </>
  )
}

const where = ({ host, port }: ConnectionLine) => (port === 0 ? host : `${host}:${port}`)

function outcome({ refused, failed }: ConnectionLine): string {
  const parts = [refused ? texts.refused(formatCount(refused)) : '', failed ? texts.failed(formatCount(failed)) : '']
  return parts.filter(part => part !== '').join(', ') || texts.done
}
