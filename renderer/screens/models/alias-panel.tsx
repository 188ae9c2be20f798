import { Autocomplete, Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { formatMoment } from '../../../shared/lib/format.ts'
import type { AliasChange, ModelVersion } from '../../../shared/model/model.ts'
import { type AliasMove, AliasMoved, moveAlias } from '../../components/alias-moved.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { RefusedPromotion } from '../../components/refused-promotion.tsx'
import { texts } from './texts.ts'

interface Props {
  version: ModelVersion & { aliasHistory: AliasChange[] }
  /** Called after each change. */
  changed(): void
}

/** Who names what since when, and pointing a name at this version; a change can be taken back. */
export function AliasPanel({ version: { model, version, aliases, aliasHistory }, changed }: Props) {
  const [alias, setAlias] = useState('')
  const [reason, setReason] = useState('')
  const [done, setDone] = useState<{ move: AliasMove; count: number } | null>(null)
  const [refused, setRefused] = useState<Omit<AliasMove, 'model'> | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const [isRunning, setIsRunning] = useState(false)
  const known = [...new Set(['champion', 'challenger', ...aliasHistory.map(change => change.alias)])]
  const isThere = aliases.includes(alias.trim())

  async function move(change: Omit<AliasMove, 'model'>, reason: string, force = false): Promise<void> {
    setIsRunning(true)
    setError(null)
    try {
      const made = { model, ...change }
      await moveAlias(made, reason, force)
      setDone(before => ({ move: made, count: (before?.count ?? 0) + 1 }))
      // What was typed for another change stays.
      setReason(now => (now === reason ? '' : now))
      changed()
    } catch (failure) {
      setRefused(change)
      setError(toAppError(failure))
    } finally {
      setIsRunning(false)
    }
  }

  return (
    <Panel title={texts.aliases}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          const wanted = alias.trim()
          const from = aliasHistory.find(change => change.alias === wanted)?.to ?? null
          void move({ alias: wanted, from, to: version }, reason)
        }}
      >
        <Autocomplete size="xs" required label={texts.alias} data={known} value={alias} onChange={setAlias} />
        <TextInput
          size="xs"
          className="long"
          label={texts.reason}
          maxLength={1000}
          value={reason}
          onChange={event => setReason(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={!alias.trim() || isThere} loading={isRunning}>
          {texts.setAlias}
        </Button>
      </form>
      <div className="outcome">
        {aliases.length > 0 && (
          <ul className="names" aria-label={texts.aliasesHere}>
            {aliases.map(each => (
              <li key={each}>
                <span className="label" title={each}>
                  {each}
                </span>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={texts.removeOf(each)}
                  disabled={isRunning}
                  onClick={() => void move({ alias: each, from: version, to: null }, reason || texts.removed)}
                >
                  {texts.remove}
                </Button>
              </li>
            ))}
          </ul>
        )}
        {isThere && !done && <p className="soft">{texts.alreadyThere(alias.trim())}</p>}
        <RefusedPromotion
          error={error}
          isRunning={isRunning}
          force={() => refused && void move(refused, reason, true)}
        />
        {/* While another is on its way, the way back is that of no move. */}
        {done && !isRunning && <AliasMoved key={done.count} move={done.move} changed={changed} />}
      </div>
      <List
        label={texts.history}
        items={aliasHistory.map((change, place) => ({ ...change, place }))}
        keyOf={({ place }) => String(aliasHistory.length - place)}
        empty={texts.noHistory}
        columns={[
          { title: texts.alias, cell: change => change.alias, text: change => change.alias },
          { title: texts.from, isNumber: true, cell: ({ from }) => from ?? '' },
          { title: texts.to, isNumber: true, cell: ({ to }) => to ?? '' },
          { title: texts.reason, cell: change => change.reason, text: change => change.reason },
          { title: texts.when, cell: ({ at }) => formatMoment(at) },
        ]}
      />
    </Panel>
  )
}
