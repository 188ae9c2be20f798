import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { type DeployRequest, type Plan, type TargetId, targetIds } from '../../../shared/model/deployment.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { useJob } from '../../client/use-job.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

const said = (text: string) => text.trim() || undefined

/** The contexts that kubeconfig names; asked only where a cluster is the target. */
function useContexts(target: TargetId): string[] {
  const { value } = useAsked(target, async () =>
    target === 'kubernetes' ? (await engine.workspace.doctor()).clusters : [],
  )
  return value ?? []
}

/** A model version goes to a target; what would change is shown before it is. */
export function DeployForm() {
  const models = useEngine(state => state.models)
  const [model, setModel] = useState<string | null>(null)
  const [target, setTarget] = useState<TargetId>('local')
  const [name, setName] = useState('')
  const [port, setPort] = useState<number | string>('')
  const [context, setContext] = useState<string | null>(null)
  const [namespace, setNamespace] = useState('')
  const [image, setImage] = useState('')
  const [replicas, setReplicas] = useState<number | string>(1)
  const [plan, setPlan] = useState<Plan | null>(null)
  const [planError, setPlanError] = useState<AppError | null>(null)
  const contexts = useContexts(target)
  const { start, job, result, error, isRunning } = useJob<'deploy'>()

  const references = (models ?? []).map(each => `${each.model}:${each.version}`)
  const chosen = model ?? references[0] ?? null
  if (models !== null && references.length === 0) {
    return (
      <Panel title={texts.newDeployment}>
        <Empty action={<Link to={pathTo('models')}>{texts.toModels}</Link>}>{texts.noModels}</Empty>
      </Panel>
    )
  }
  const isCluster = target === 'kubernetes'
  const request = (): DeployRequest => ({
    model: chosen ?? '',
    target,
    name: said(name),
    port: typeof port === 'number' ? port : undefined,
    context: isCluster ? (context ?? undefined) : undefined,
    namespace: isCluster ? said(namespace) : undefined,
    image: target === 'local' ? undefined : said(image),
    replicas: isCluster && typeof replicas === 'number' ? replicas : 1,
  })
  const showPlan = async () => {
    setPlan(null)
    setPlanError(null)
    try {
      setPlan(await engine.deployments.plan(request()))
    } catch (failure) {
      setPlanError(toAppError(failure))
    }
  }
  return (
    <Panel title={texts.newDeployment}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          setPlan(null)
          void start(() => engine.deployments.deploy(request()))
        }}
      >
        <Select
          size="xs"
          searchable
          allowDeselect={false}
          label={texts.model}
          data={references}
          value={chosen}
          onChange={setModel}
        />
        <Select
          size="xs"
          allowDeselect={false}
          label={texts.target}
          data={targetIds.map(value => ({ value, label: texts.targets[value] }))}
          value={target}
          onChange={value => {
            setTarget(value as TargetId)
            setPlan(null)
          }}
        />
        <TextInput size="xs" label={texts.name} value={name} onChange={event => setName(event.currentTarget.value)} />
        {!isCluster && (
          <NumberInput
            size="xs"
            hideControls
            label={texts.port}
            placeholder={texts.anyPort}
            min={1}
            max={65_535}
            value={port}
            onChange={setPort}
          />
        )}
        {isCluster && (
          <>
            <Select
              size="xs"
              label={texts.context}
              error={contexts.length === 0 ? texts.noContexts : undefined}
              data={contexts}
              value={context}
              onChange={setContext}
            />
            <TextInput
              size="xs"
              label={texts.namespace}
              value={namespace}
              onChange={event => setNamespace(event.currentTarget.value)}
            />
            <NumberInput size="xs" label={texts.replicas} min={1} max={100} value={replicas} onChange={setReplicas} />
          </>
        )}
        {target !== 'local' && (
          <TextInput
            size="xs"
            className="long"
            label={texts.image}
            value={image}
            onChange={event => setImage(event.currentTarget.value)}
          />
        )}
        <Button size="xs" variant="default" disabled={!chosen} onClick={() => void showPlan()}>
          {texts.showPlan}
        </Button>
        <Button size="xs" type="submit" disabled={!chosen} loading={isRunning}>
          {texts.apply}
        </Button>
      </form>
      <ErrorNotice error={planError ?? error} />
      {plan && (
        <section className="body" aria-label={texts.plan}>
          <strong>{texts.plan}</strong>
          <ol>
            {plan.steps.map(step => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
      )}
      <JobLine job={job} />
      {result && (
        <p className="body" role="status">
          <Link to={pathTo('deploy', result.deployment)}>{result.deployment}</Link> {texts.done} {result.url}
        </p>
      )}
    </Panel>
  )
}
