import { useMemo } from 'react'
import { Provenance } from '../../../shared/inference/bundle.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { FactList } from '../../components/fact-list.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo, usePlace } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { type LineageNode, lineageOf } from './lineage.ts'
import { texts } from './texts.ts'

async function importedFrom(bundle: string): Promise<Provenance['imported']> {
  const file = await engine.models.bundleFile({ bundle, role: 'provenance' })
  return Provenance.parse(JSON.parse(await file.text())).imported
}

/** From the file to the endpoint, left to right; each node opens. */
export function LineagePanel({ version, run }: { version: ModelVersion; run: Run | null }) {
  const deployments = useEngine(state => state.deployments)
  const endpoints = useEngine(state => state.endpoints)
  const jobs = useEngine(state => state.jobs)
  const reference = `${version.model}:${version.version}`
  const data = run && `${run.dataset}:${run.datasetVersion}`
  const dataset = useAsked(`data ${data}`, async () => (data ? engine.datasets.get({ dataset: data }) : null))
  const imported = useAsked(version.bundleDigest, async () =>
    version.run === null ? importedFrom(version.bundleDigest) : null,
  )
  // A packaging or push that ended may have made an image.
  const ended = jobs.filter(({ kind, endedAt }) => endedAt !== null && (kind === 'package' || kind === 'push')).length
  const made = useAsked(`${reference} ${ended}`, () => engine.deployments.images({ model: reference }))
  const steps = useMemo(
    () =>
      lineageOf({
        version,
        run,
        dataset: dataset.value,
        importedFrom: imported.value,
        images: made.value?.images ?? [],
        pushes: made.value?.pushes ?? [],
        deployments: deployments ?? [],
        endpoints: endpoints ?? [],
      }),
    [version, run, dataset.value, imported.value, made.value, deployments, endpoints],
  )
  const chosen = usePlace().search.get('open')
  const open = steps.flatMap(({ nodes }) => nodes).find(({ id, facts }) => facts && id === chosen)
  return (
    <Panel title={texts.lineage} wide>
      <ErrorNotice error={dataset.error ?? imported.error ?? made.error} />
      <section className="lineage" aria-label={texts.lineageSteps} tabIndex={0}>
        <ol>
          {steps.map(({ title, nodes }) => (
            <li key={title} className={nodes.length === 0 ? 'bare' : undefined}>
              <h3>{title}</h3>
              {nodes.length === 0 && <p className="soft">{texts.noneYet}</p>}
              {nodes.map(node => (
                <Node key={node.id} node={node} isHere={title === texts.version || node === open} />
              ))}
            </li>
          ))}
        </ol>
      </section>
      {open && (
        <section className="body opened" aria-label={open.label}>
          <FactList facts={open.facts ?? []} />
          <Link to={pathTo('models', version.model, version.version)}>{texts.closeNode}</Link>
        </section>
      )}
    </Panel>
  )
}

function Node({ node, isHere }: { node: LineageNode; isHere: boolean }) {
  const inside = (
    <>
      <span className="label">{node.label}</span>
      <span className="soft detail">
        {node.state && <Status state={node.state} />} {node.detail}
      </span>
    </>
  )
  return (
    <Link to={node.to} title={node.title} className={isHere ? 'node here' : 'node'} isCurrent={isHere}>
      {inside}
    </Link>
  )
}
