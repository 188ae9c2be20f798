import { Button } from '@mantine/core'
import { useState } from 'react'
import { formatCount, formatRange } from '../../../shared/lib/format.ts'
import { turnedDifference } from '../../../shared/lib/turned-difference.ts'
import { metricName, selectionMetric } from '../../../shared/model/metrics.ts'
import type { Evaluation } from '../../../shared/model/model.ts'
import type { PairedDifference, Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { formatDelta } from '../../components/scores.ts'
import { texts } from './texts.ts'

const tones = { better: 'good', worse: 'bad', 'within noise': 'soft' } as const
/** Of one run's evaluations, so many are looked through for the one against this run. */
const lookedThrough = 20

/** The newest evaluation of a run's model that the workspace has against another run. */
async function evaluationOf(origin: string, against: string): Promise<Evaluation | null> {
  const asked = { kind: 'evaluate', state: 'done', subject: `run:${origin}`, limit: lookedThrough } as const
  for (const { job } of (await engine.jobs.list(asked)).jobs) {
    const result = (await engine.jobs.result({ job })).result as Evaluation
    if (result.against?.run === against) return result
  }
  return null
}

/** A run that repeats another, held against it on its own test rows once it is asked for. */
export function OriginPanel({ run, origin }: { run: Run; origin: string }) {
  const [turn, setTurn] = useState(0)
  const known = useAsked(`${origin} ${run.run} ${turn}`, () => evaluationOf(origin, run.run))
  const { start, job, error, isRunning } = useJob<'evaluate'>()
  const hold = async () => {
    const told = await start(() => engine.models.evaluate({ run: origin, against: run.run, device: 'auto' }))
    if (told) setTurn(count => count + 1)
  }
  const told = known.value
  return (
    <Panel title={texts.againstOrigin}>
      {told ? (
        <Told run={run} told={told} />
      ) : (
        <div className="body asks">
          <p className="soft">{texts.againstOriginHint}</p>
          <Button size="xs" loading={isRunning} disabled={known.isLoading} onClick={() => void hold()}>
            {texts.holdAgainst}
          </Button>
        </div>
      )}
      <JobLine job={told ? null : job} />
      <ErrorNotice error={error ?? known.error} />
    </Panel>
  )
}

function Told({ run, told: { against, rows } }: { run: Run; told: Evaluation }) {
  // The evaluation holds the old model against the new run; here it is the new run that is told of.
  const differences = against?.differences.map(turnedDifference) ?? []
  const main = differences.find(({ metric }) => metric === (run.task && selectionMetric(run.task)))
  return (
    <>
      {main && (
        <p className="body" role="status">
          <strong className={tones[main.verdict]}>{texts.overOrigin[main.verdict]}</strong>{' '}
          {texts.overOriginBy(metricName(main.metric), formatDelta(main.difference), rangeOf(main), formatCount(rows))}
        </p>
      )}
      <List
        label={texts.againstOrigin}
        items={differences}
        keyOf={({ metric }) => metric}
        empty={texts.nothingMeasured}
        columns={[
          { title: texts.metric, cell: ({ metric }) => metricName(metric) },
          { title: texts.difference, isNumber: true, cell: ({ difference }) => formatDelta(difference) },
          { title: texts.interval, isNumber: true, cell: rangeOf },
          {
            title: texts.checkVerdict,
            cell: ({ verdict }) => <span className={tones[verdict]}>{texts.pairedVerdicts[verdict]}</span>,
          },
        ]}
      />
      {!run.forecast && <p className="body soft">{texts.favoursOrigin}</p>}
    </>
  )
}

const rangeOf = ({ interval }: PairedDifference) => formatRange([formatDelta(interval[0]), formatDelta(interval[1])])
