import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import { learningWords } from '../../../shared/lib/learning-words.ts'
import type { LearningCurve } from '../../../shared/model/learning-curve.ts'
import { metricName } from '../../../shared/model/metrics.ts'
import type { Run } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import { learningCurveOption } from '../../charts/learning-curve.ts'
import type { Palette } from '../../charts/options.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Panel } from '../../components/panel.tsx'
import { labelOf } from './columns.ts'
import { isSameQuestion } from './comparable.ts'
import { texts } from './texts.ts'

/** The newest curve that the workspace has of a run. */
async function newestOf(run: string): Promise<LearningCurve | null> {
  const { jobs } = await engine.jobs.list({ kind: 'learning-curve', state: 'done', subject: `run:${run}`, limit: 1 })
  if (!jobs[0]) return null
  return (await engine.jobs.result({ job: jobs[0].job })).result as LearningCurve
}

/** Of other runs, those that are known stay for a moment when a run more is chosen. */
const toldOf = (known: (LearningCurve | null)[] | null, { run }: Run) => known?.find(told => told?.run === run) ?? null

/** Would more rows help? Worked out a run at a time, once it is asked for. */
export function LearningPanel({ runs }: { runs: Run[] }) {
  const [turn, setTurn] = useState(0)
  const known = useAsked(`${runs.map(({ run }) => run)} ${turn}`, () =>
    Promise.all(runs.map(({ run }) => newestOf(run))),
  )
  const curves = useMemo(
    () =>
      runs.flatMap((run, place) => {
        const told = toldOf(known.value, run)
        return told ? [{ run, name: labelOf(run, place), place, told }] : []
      }),
    [runs, known.value],
  )
  const metric = curves[0]?.told.metric
  // What is told of another target stands on another scale, whatever it is measured by.
  const alike = useMemo(() => curves.filter(({ run }) => isSameQuestion(curves[0]!.run, run)), [curves])
  const option = useMemo(
    () => (palette: Palette) =>
      learningCurveOption(
        alike,
        { x: texts.trainingRows, y: metricName(metric ?? ''), low: texts.lowEnd, high: texts.highEnd },
        palette,
      ),
    [alike, metric],
  )
  return (
    <Panel title={texts.learningCurve}>
      <div className="body">
        <p className="soft">{texts.learningHint}</p>
        <ErrorNotice error={known.error} />
        <ul className="learned">
          {runs.map((run, place) => (
            <OneRun
              key={run.run}
              run={run}
              name={labelOf(run, place)}
              told={toldOf(known.value, run)}
              ended={() => setTurn(count => count + 1)}
            />
          ))}
        </ul>
        {alike.length > 0 && <Chart label={texts.learningCurve} height={280} option={option} />}
      </div>
    </Panel>
  )
}

function OneRun({ run, name, told, ended }: { run: Run; name: string; told: LearningCurve | null; ended(): void }) {
  const { start, job, error, isRunning } = useJob<'learning-curve'>()
  const begin = async () => {
    if (await start(() => engine.runs.learningCurve({ run: run.run }))) ended()
  }
  return (
    <li>
      <p>
        <b title={name}>{name}</b>
        {told && ': '}
        {told && learningWords({ ...told, metric: metricName(told.metric) })}
      </p>
      {!told && run.status === 'done' && run.target !== null && run.script === null && (
        <Button
          size="compact-xs"
          variant="default"
          loading={isRunning}
          aria-label={texts.learnOf(name)}
          onClick={() => void begin()}
        >
          {texts.learn}
        </Button>
      )}
      <JobLine job={isRunning ? job : null} />
      <ErrorNotice error={error} />
    </li>
  )
}
