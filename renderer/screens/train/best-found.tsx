import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { mainScore } from '../../components/scores.ts'
import { ExaminationPanel } from './examination-panel.tsx'
import { ExplanationPanel } from './explanation-panel.tsx'
import { texts } from './texts.ts'

/** The best that a search left: the ways on from it, what it goes by, and where it fails. */
export function BestFound({ run: id, baseline }: { run: string; baseline: string }) {
  const { value: run, error } = useAsked(id, () => engine.runs.get({ run: id }))
  if (!run) return <ErrorNotice error={error} />
  const compare = pathTo('compare')
  return (
    <>
      <Panel title={texts.bestFound}>
        <div className="body best-found">
          <p title={run.name}>
            {run.name}, {run.algorithm}: {mainScore(run)}
          </p>
          <Link to={pathTo('train', id)}>{texts.bestPage}</Link>
          {!run.forecast && <Link to={`${compare}?runs=${id}`}>{texts.bestThreshold}</Link>}
          <Link to={`${compare}?runs=${baseline},${id}`}>{texts.compare}</Link>
        </div>
      </Panel>
      <ExplanationPanel run={run} />
      <ExaminationPanel run={run} />
    </>
  )
}
