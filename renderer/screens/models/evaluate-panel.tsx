import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { formatCount, formatSeconds } from '../../../shared/lib/format.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { DeviceChoice, Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useJob } from '../../client/use-job.ts'
import { useDatasetTarget } from '../../components/dataset-target.tsx'
import { DeviceSelect } from '../../components/device-select.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { ClassNames, classTableOf } from './class-names.tsx'
import { DatasetSelect } from './dataset-select.tsx'
import { MetricsTable } from './metrics-table.tsx'
import { PastEvaluations } from './past-evaluations.tsx'
import { texts } from './texts.ts'

export function EvaluatePanel({ version, run }: { version: ModelVersion; run: Run | null }) {
  const { dataset, setDataset, target, setTarget, known, error: unknown } = useDatasetTarget()
  const [against, setAgainst] = useState<string | null>(null)
  const [device, setDevice] = useState<DeviceChoice>('auto')
  const runs = useEngine(state => state.runs) ?? []
  const offered = runs.filter(each => each.status === 'done' && `${each.dataset}:${each.datasetVersion}` === dataset)
  const { start, job, result, error, isRunning } = useJob<'evaluate'>()
  const isImported = version.run === null
  // A model from elsewhere does not say what it predicts; the dataset may, or the run that it is held against.
  const usual = isImported && against === null ? (known?.target ?? null) : null
  // Until then nobody knows whether a target has to be named.
  const isAsked = isImported && dataset !== null && known === null && unknown === null
  const otherwise = classTableOf(error)
  const isOwn =
    result && !result.against && run && result.dataset === run.dataset && result.datasetVersion === run.datasetVersion
  return (
    <Panel title={texts.evaluate}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          if (dataset === null) return
          const model = `${version.model}:${version.version}`
          const asked = { model, dataset, device, target: target ?? usual ?? undefined, against: against ?? undefined }
          void start(() => engine.models.evaluate(asked))
        }}
      >
        <DatasetSelect
          value={dataset}
          onChange={chosen => {
            setDataset(chosen)
            setAgainst(null)
          }}
        />
        <Select
          size="xs"
          className="long"
          clearable
          searchable
          label={texts.against}
          placeholder={texts.againstNone}
          data={offered.map(each => ({ value: each.run, label: `${each.name} (${each.run})` }))}
          value={against}
          onChange={setAgainst}
        />
        <Select
          size="xs"
          className="long"
          clearable
          searchable
          label={texts.target}
          required={isImported && against === null && usual === null}
          placeholder={run?.target ?? usual ?? undefined}
          data={known?.columns.map(({ name }) => name) ?? []}
          value={target}
          onChange={setTarget}
        />
        <DeviceSelect value={device} onChange={setDevice} />
        <Button size="xs" type="submit" disabled={dataset === null || isAsked} loading={isRunning}>
          {texts.evaluateAction}
        </Button>
      </form>
      <JobLine job={job} />
      <div className="outcome">
        <ErrorNotice error={otherwise && error ? { message: error.message } : (error ?? unknown)} />
        {otherwise && <ClassNames version={version} table={otherwise} />}
        {result && (
          <p role="status">
            {result.dataset}:{result.datasetVersion},{' '}
            {texts.evaluated(formatCount(result.rows), formatSeconds(result.seconds), result.device)}
            {result.against && `, ${texts.onRowsOf(result.against.run)}`}
          </p>
        )}
        {result?.warnings.map(warning => (
          <p key={warning} className="notice">
            {warning}
          </p>
        ))}
        {isOwn && <p className="notice">{texts.sameData}</p>}
      </div>
      {result && (
        <MetricsTable
          label={texts.evaluate}
          metrics={result.metrics}
          intervals={result.intervals}
          differences={result.against?.differences}
        />
      )}
      <PastEvaluations version={version} />
    </Panel>
  )
}
