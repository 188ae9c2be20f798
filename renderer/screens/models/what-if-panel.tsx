import { Button, TextInput } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import type { Output, RawRow, RawValue } from '../../../shared/inference/signature.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { type LiveModel, openLiveModel } from '../../inference/live-model.ts'
import { texts } from './texts.ts'
import { usePrediction } from './use-prediction.ts'
import { WhatIfAnswer } from './what-if-answer.tsx'
import { fieldsOf, typicalRow } from './what-if-fields.ts'
import { WhatIfInput } from './what-if-input.tsx'

/** Columns that are drawn at once; the others are found by name. */
const mostColumns = 60

/** The model of this version, live in the window; fetched when it is asked for. */
export function WhatIfPanel({ version: { bundleDigest } }: { version: ModelVersion }) {
  const [isOpen, setIsOpen] = useState(false)
  const [model, setModel] = useState<LiveModel | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  useEffect(() => {
    if (!isOpen) return
    let isGone = false
    let opened: LiveModel | null = null
    openLiveModel(bundleDigest).then(
      live => {
        if (isGone) return void live.close()
        opened = live
        setModel(live)
      },
      failure => {
        if (isGone) return
        setError(toAppError(failure))
        setIsOpen(false)
      },
    )
    return () => {
      isGone = true
      setModel(null)
      void opened?.close()
    }
  }, [isOpen, bundleDigest])
  return (
    <Panel title={texts.whatIf} wide>
      {!model && (
        <div className="body">
          <p className="soft hint">{texts.whatIfHint}</p>
          <ErrorNotice error={error} />
          <Button
            size="xs"
            loading={isOpen}
            onClick={() => {
              setError(null)
              setIsOpen(true)
            }}
          >
            {texts.whatIfOpen}
          </Button>
        </div>
      )}
      {model && <WhatIf model={model} />}
    </Panel>
  )
}

function WhatIf({ model }: { model: LiveModel }) {
  const fields = useMemo(() => fieldsOf(model.signature, model.profile), [model])
  const typical = useMemo(() => typicalRow(fields), [fields])
  const [row, setRow] = useState<RawRow>(typical)
  const [start, setStart] = useState<Output | null>(null)
  const [filter, setFilter] = useState('')
  const { output, error } = usePrediction(model, row)
  // The first answer is that to the typical row.
  if (start === null && output !== null) setStart(output)
  const nullable = useMemo(
    () => new Set(model.contract.columns.filter(column => column.nullable).map(({ name }) => name)),
    [model],
  )
  const found = fields.filter(({ name }) => name.toLowerCase().includes(filter.trim().toLowerCase()))
  const shown = found.slice(0, mostColumns)
  const change = (name: string, value: RawValue) => setRow(before => ({ ...before, [name]: value }))
  return (
    <div className="what-if">
      <div className="answer">
        <WhatIfAnswer output={output} start={start} signature={model.signature} />
        <ErrorNotice error={error} />
        <p className="soft">{texts.whatIfHint}</p>
        <div className="buttons">
          <Button size="compact-xs" variant="default" onClick={() => setRow(typical)} disabled={row === typical}>
            {texts.typicalRow}
          </Button>
          <CopyButton value={JSON.stringify(row)} label={texts.copyRow}>
            {texts.copyRow}
          </CopyButton>
        </div>
      </div>
      <div>
        {fields.length > 12 && (
          <TextInput
            size="xs"
            aria-label={texts.columnFilter}
            placeholder={texts.columnFilter}
            value={filter}
            onChange={event => setFilter(event.currentTarget.value)}
          />
        )}
        <div className="fields">
          {shown.map(field => (
            <WhatIfInput
              key={field.name}
              field={field}
              value={row[field.name] ?? null}
              isNullable={nullable.has(field.name)}
              onChange={value => change(field.name, value)}
            />
          ))}
        </div>
        {shown.length < fields.length && <p className="soft">{texts.columnsShown(shown.length, fields.length)}</p>}
      </div>
    </div>
  )
}
