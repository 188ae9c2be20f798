import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { fieldsOf, typicalRow } from '../../../shared/inference/row-fields.ts'
import type { RawValue } from '../../../shared/inference/signature.ts'
import type { Deployment } from '../../../shared/model/deployment.ts'
import type { ServiceAnswer } from '../../../shared/model/service-answer.ts'
import { type BundleDocuments, bundleDocuments } from '../../client/bundle-documents.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { PredictionAnswer } from '../../components/prediction-answer.tsx'
import { goFromHere, pathTo } from '../../components/router.ts'
import { RowForm } from '../../components/row-form.tsx'
import { AskElsewhere } from './ask-elsewhere.tsx'
import { texts } from './texts.ts'

/** A row to send to the service, its answer, the same question to paste elsewhere, and the way to have it watched. */
export function AskPanel({ deployment, url }: { deployment: Deployment; url: string }) {
  const [failure, setFailure] = useState<AppError | null>(null)
  const { bundleDigest, deployment: name } = deployment
  const { value: documents, error } = useAsked(bundleDigest, () => bundleDocuments(bundleDigest), bundleDigest)
  const watch = () => {
    const goOn = goFromHere()
    engine.monitoring.watch({ url: name }).then(
      ({ endpoint }) => goOn(pathTo('monitor', endpoint)),
      thrown => setFailure(toAppError(thrown)),
    )
  }
  return (
    <Panel
      title={texts.ask}
      aside={
        <Button size="compact-xs" variant="default" onClick={watch}>
          {texts.watch}
        </Button>
      }
    >
      {documents ? (
        <Ask key={bundleDigest} documents={documents} name={name} url={url} />
      ) : (
        !error && <p className="body soft">{texts.asking}</p>
      )}
      <ErrorNotice error={failure ?? error} />
    </Panel>
  )
}

function Ask({ documents, name, url }: { documents: BundleDocuments; name: string; url: string }) {
  const { signature, profile, contract } = documents
  const fields = useMemo(() => fieldsOf(signature, profile), [signature, profile])
  const typical = useMemo(() => typicalRow(fields), [fields])
  const [row, setRow] = useState<Record<string, RawValue>>(typical)
  const [answer, setAnswer] = useState<ServiceAnswer | null>(null)
  const [failure, setFailure] = useState<AppError | null>(null)
  const [isAsking, setIsAsking] = useState(false)
  const put = (next: Record<string, RawValue>) => {
    setRow(next)
    // It was the answer to another row.
    setAnswer(null)
    setFailure(null)
  }
  const ask = async () => {
    setIsAsking(true)
    setAnswer(null)
    setFailure(null)
    try {
      setAnswer(await engine.deployments.ask({ deployment: name, rows: [row] }))
    } catch (thrown) {
      setFailure(toAppError(thrown))
    } finally {
      setIsAsking(false)
    }
  }
  return (
    <>
      <form
        className="asked-row"
        onSubmit={event => {
          event.preventDefault()
          if (!isAsking) void ask()
        }}
      >
        <div className="answer">
          <p className="soft">{texts.askHint}</p>
          <div className="buttons">
            <Button size="compact-xs" type="submit" loading={isAsking}>
              {texts.askAction}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => put(typical)} disabled={row === typical}>
              {texts.typicalRow}
            </Button>
            <CopyButton value={JSON.stringify(row)} label={texts.copyRow}>
              {texts.copyRow}
            </CopyButton>
          </div>
          <PredictionAnswer output={answer?.outputs?.[0] ?? null} start={null} signature={signature} />
          {answer && <Answered answer={answer} />}
          <ErrorNotice error={failure} />
        </div>
        {/* A row that changes while its answer is on the way would have the answer to another. */}
        <fieldset className="plain" disabled={isAsking}>
          <RowForm
            fields={fields}
            contract={contract}
            row={row}
            onChange={(column, value) => put({ ...row, [column]: value })}
          />
        </fieldset>
      </form>
      <AskElsewhere url={url} row={row} />
    </>
  )
}

/** Who answered and how fast; the service's own words where it refused. */
function Answered({ answer: { error, status, address, latencyMs, model } }: { answer: ServiceAnswer }) {
  return (
    <>
      {error && (
        <p className="notice bad" role="alert">
          {texts.refused(status)}: {error.message.slice(0, 600)}
        </p>
      )}
      <dl className="answered">
        <dt>{texts.answeredBy}</dt>
        <dd title={address}>{address}</dd>
        {model && (
          <>
            <dt>{texts.serves}</dt>
            <dd title={model.digest}>
              {model.name}
              {model.version !== null && `:${model.version}`}
            </dd>
          </>
        )}
        <dt>{texts.latency}</dt>
        <dd title={texts.milliseconds(latencyMs)}>{texts.milliseconds(Number(latencyMs.toPrecision(3)))}</dd>
      </dl>
    </>
  )
}
