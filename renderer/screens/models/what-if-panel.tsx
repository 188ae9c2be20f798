import { Button } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { fieldsOf, typicalRow } from '../../../shared/inference/row-fields.ts'
import type { Output, RawRow, RawValue } from '../../../shared/inference/signature.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { PredictionAnswer } from '../../components/prediction-answer.tsx'
import { RowForm } from '../../components/row-form.tsx'
import { type LiveModel, openLiveModel } from '../../inference/live-model.ts'
import { ExactWhy } from './exact-why.tsx'
import { texts } from './texts.ts'
import { usePrediction } from './use-prediction.ts'
import { WhyList } from './why-list.tsx'

/** The model of this version, live in the window; fetched when it is asked for. */
export function WhatIfPanel({ version }: { version: ModelVersion }) {
  const { bundleDigest } = version
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
      {model && <WhatIf model={model} version={version} />}
    </Panel>
  )
}

function WhatIf({ model, version }: { model: LiveModel; version: ModelVersion }) {
  const fields = useMemo(() => fieldsOf(model.signature, model.profile), [model])
  const typical = useMemo(() => typicalRow(fields), [fields])
  const [row, setRow] = useState<RawRow>(typical)
  const [start, setStart] = useState<Output | null>(null)
  const { output, error } = usePrediction(model, row)
  // The first answer is that to the typical row.
  if (start === null && output !== null) setStart(output)
  const change = (name: string, value: RawValue) => setRow(before => ({ ...before, [name]: value }))
  return (
    <div className="asked-row">
      <div className="answer">
        <PredictionAnswer output={output} start={start} signature={model.signature} />
        <ErrorNotice error={error} />
        {output && <WhyList model={model} row={row} typical={typical} output={output} />}
        <ExactWhy key={JSON.stringify(row)} version={version} row={row} />
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
      <RowForm fields={fields} contract={model.contract} row={row} onChange={change} />
    </div>
  )
}
