import { useMemo } from 'react'
import { canResume } from '../../../shared/model/job.ts'
import type { Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { JobButtons, JobProgress } from '../../components/job-line.tsx'
import { List } from '../../components/list.tsx'
import { runColumns } from '../../components/object-columns.tsx'
import { Panel } from '../../components/panel.tsx'
import { gain, problemOf } from '../../components/scores.ts'
import { texts } from './texts.ts'
import { TrainAgain } from './train-again.tsx'
import { allChanges, wayOut } from './wanted.ts'

function Progress({ run }: { run: Run }) {
  const job = useEngine(({ jobs }) => jobs.find(each => each.job === run.job))
  if (!job || (run.endedAt !== null && !canResume(job))) return null
  return (
    <span className="running">
      <JobProgress job={job} />
      <JobButtons job={job} />
    </span>
  )
}

/** The gravest doubt about a score and how many more, with the way out of all; or how many warnings there are. */
function Doubts({ run }: { run: Run }) {
  const [suspect, ...more] = run.suspects
  if (!suspect) return run.warnings.length > 0 ? texts.warningCount(run.warnings.length) : null
  const { kind, column } = suspect
  return (
    <>
      <span className="status bad">{texts.doubt[kind](column ?? '')}</span>{' '}
      {more.length > 0 && `${texts.moreDoubts(more.length)} `}
      <div>
        <TrainAgain run={run} change={allChanges(run.suspects.map(wayOut))}>
          {more.length > 0 ? texts.mendAll : texts.wayOut[kind].short}
        </TrainAgain>
      </div>
    </>
  )
}

const learnedFrom = ({ dataset, datasetVersion, target, sampleRows }: Run) =>
  `${dataset}:${datasetVersion}${target === null ? texts.withoutTarget : `, ${target}`}${sampleRows ? texts.ofSample(sampleRows) : ''}`

/** The runs, newest first; of those that learned the same as the newest, the best on validation is marked. */
export function RunsTable() {
  const runs = useEngine(state => state.runs)
  const group = useMemo(() => {
    const newest = runs?.[0]
    return newest ? runs.filter(run => run.status === 'done' && problemOf(run) === problemOf(newest)) : []
  }, [runs])
  const summary = useAsked(group.map(({ run }) => run).join(' '), async () =>
    group.length === 0 ? null : await engine.runs.summary({ runs: group.map(({ run }) => run) }),
  )
  const best = summary.value?.best ?? null
  return (
    <Panel title={texts.runs} count={runs?.length ?? null}>
      <List
        label={texts.runs}
        items={runs}
        keyOf={run => run.run}
        isChosen={run => run.run === best}
        empty={texts.noRuns}
        columns={[
          runColumns.run,
          runColumns.algorithm,
          {
            title: texts.learnedFrom,
            cell: learnedFrom,
            text: learnedFrom,
          },
          runColumns.state,
          { title: texts.progress, cell: run => (run.run === best ? texts.chosen : <Progress run={run} />) },
          runColumns.score,
          { title: texts.overBaseline, isNumber: true, cell: run => gain(run, runs ?? []) },
          {
            title: texts.doubts,
            cell: run => <Doubts run={run} />,
            text: run => [...run.suspects.map(({ message }) => message), ...run.warnings].join('\n'),
          },
        ]}
      />
    </Panel>
  )
}
