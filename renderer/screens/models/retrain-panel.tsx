import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ModelVersion, RetrainDecision } from '../../../shared/model/model.ts'
import { engine } from '../../client/engine.ts'
import { useJob } from '../../client/use-job.ts'
import { AliasMoved } from '../../components/alias-moved.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { DatasetSelect } from './dataset-select.tsx'
import { texts } from './texts.ts'

/** A version's recipe on other rows; the decision is the engine's, in its words. */
export function RetrainPanel({ version }: { version: ModelVersion }) {
  const [dataset, setDataset] = useState<string | null>(null)
  const [alias, setAlias] = useState(version.aliases[0] ?? 'champion')
  const { start, job, result, error, isRunning } = useJob<'retrain'>()
  // The field may hold another one by the time of the result.
  const [asked, setAsked] = useState(alias)
  if (version.run === null) {
    return (
      <Panel title={texts.retrain}>
        <p className="empty">{texts.retrainImported}</p>
      </Panel>
    )
  }
  return (
    <Panel title={texts.retrain}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          if (dataset === null) return
          const model = `${version.model}:${version.version}`
          setAsked(alias.trim())
          void start(() => engine.models.retrain({ model, dataset, alias: alias.trim() }))
        }}
      >
        <p className="soft hint">{texts.retrainHint}</p>
        <DatasetSelect value={dataset} onChange={setDataset} />
        <TextInput
          size="xs"
          required
          label={texts.retrainAlias}
          value={alias}
          onChange={event => setAlias(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={dataset === null || !alias.trim()} loading={isRunning}>
          {texts.retrainAction}
        </Button>
      </form>
      <JobLine job={job} />
      <div className="outcome">
        <ErrorNotice error={error} />
        {result && <Decision result={result} alias={asked} />}
      </div>
    </Panel>
  )
}

/** The reason names the difference and its interval. */
function Decision({ result, alias }: { result: RetrainDecision; alias: string }) {
  const { decision, reason, challenger, champion } = result
  return (
    <div role="status">
      <p>
        <strong className={decision === 'promoted' ? 'status good' : 'status warn'}>
          {decision === 'promoted' ? texts.promoted : texts.stopped}
        </strong>{' '}
        {reason}
      </p>
      {decision === 'promoted' && (
        <AliasMoved
          key={challenger.version}
          move={{ model: challenger.model, alias, from: champion.version, to: challenger.version }}
        />
      )}
      <p className="links">
        {[challenger, champion].map(({ model, version }) => (
          <Link key={version} to={pathTo('models', model, version)}>
            {model}:{version}
          </Link>
        ))}
      </p>
    </div>
  )
}
