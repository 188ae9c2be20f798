import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { type Deployment, type DeployRequest, type Plan, targetIds } from '../../../shared/model/deployment.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useJob } from '../../client/use-job.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { Outcome } from './outcome.tsx'
import { PlanView } from './plan-view.tsx'
import { TargetFields } from './target-fields.tsx'
import { texts } from './texts.ts'
import { requestOf, type Wish, wishFor } from './wish.ts'

interface Props {
  /** A model version to begin with. */
  model: string | null
  /** What is to be replaced in place; a new deployment where it is left out. */
  live?: Deployment
}

/** A model version goes to a target, or in the place of another; what would change is shown before it is. */
export function DeployForm({ model, live }: Props) {
  const models = useEngine(state => state.models)
  const [wish, setWish] = useState<Wish>(() => wishFor(model, live))
  const [proposed, setProposed] = useState<{ request: DeployRequest; plan: Plan } | null>(null)
  const [isPlanning, setIsPlanning] = useState(false)
  const [planError, setPlanError] = useState<AppError | null>(null)
  const { start, reset, job, result, error, isRunning } = useJob<'deploy'>()
  const title = live ? texts.update : texts.newDeployment

  // Another model may take its place; the other versions of its own are likelier.
  const own = (models ?? []).filter(each => !live || each.model === live.model)
  const references = [...own, ...(models ?? []).filter(each => !own.includes(each))].map(referenceOf)
  const chosen = wish.model ?? references[0] ?? null
  if (models !== null && references.length === 0) {
    return (
      <Panel title={title}>
        <Empty action={<Link to={pathTo('models')}>{texts.toModels}</Link>}>{texts.noModels}</Empty>
      </Panel>
    )
  }
  const put = (more: Partial<Wish>) => {
    setWish({ ...wish, ...more })
    // It was the plan of another wish.
    setProposed(null)
    setPlanError(null)
    reset()
  }
  const propose = async () => {
    if (chosen === null || isPlanning) return
    setIsPlanning(true)
    setProposed(null)
    setPlanError(null)
    reset()
    const request = requestOf({ ...wish, model: chosen })
    try {
      setProposed({ request, plan: await engine.deployments.plan(request) })
    } catch (failure) {
      setPlanError(toAppError(failure))
    } finally {
      setIsPlanning(false)
    }
  }
  const apply = () => {
    if (!proposed) return
    setProposed(null)
    void start(() => engine.deployments.deploy(proposed.request))
  }
  return (
    <Panel title={title}>
      <form
        className="body"
        onSubmit={event => {
          event.preventDefault()
          void propose()
        }}
      >
        {/* A wish that changes while its plan is on the way would have the plan of another. */}
        <fieldset className="plain form" disabled={isPlanning || isRunning}>
          <Select
            size="xs"
            searchable
            allowDeselect={false}
            limit={200}
            label={texts.model}
            data={references}
            value={chosen}
            onChange={value => put({ model: value })}
          />
          {!live && (
            <Select
              size="xs"
              allowDeselect={false}
              label={texts.target}
              data={targetIds.map(value => ({ value, label: texts.targets[value] }))}
              value={wish.target}
              onChange={value => put({ target: targetIds.find(each => each === value) ?? 'local' })}
            />
          )}
          {live && chosen !== null && !own.some(each => referenceOf(each) === chosen) && (
            <p className="soft hint">{texts.otherModel(live.model)}</p>
          )}
          <TargetFields wish={wish} isNew={!live} put={put} />
          <Button size="xs" type="submit" disabled={chosen === null} loading={isPlanning || isRunning}>
            {texts.showPlan}
          </Button>
        </fieldset>
      </form>
      <ErrorNotice error={planError ?? error} />
      {proposed && (
        <PlanView
          plan={proposed.plan}
          action={live ? texts.replace : texts.apply}
          apply={apply}
          close={() => setProposed(null)}
        />
      )}
      {!live && <JobLine job={job} />}
      {result && <Outcome deployment={result} live={live} />}
    </Panel>
  )
}

const referenceOf = ({ model, version }: { model: string; version: number }) => `${model}:${version}`
