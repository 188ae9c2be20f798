import { Button } from '@mantine/core'
import { formatCount, formatRange } from '../../../shared/lib/format.ts'
import { metricName, selectionMetric } from '../../../shared/model/metrics.ts'
import type { Comparison, Difference, Run } from '../../../shared/model/run.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { isUnfinished, JobLine } from '../../components/job-line.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { formatDelta } from '../../components/scores.ts'
import { AlikeGroups } from './alike-groups.tsx'
import { labelOf } from './columns.ts'
import { mostCompared, whyNoVerdict } from './comparable.ts'
import { texts } from './texts.ts'
import { useVerdict } from './use-verdict.ts'

const tones = { better: 'good', worse: 'bad', 'within noise': 'soft' } as const

/** Which of the runs is truly better than the first, in words and with the interval; without being asked. */
export function VerdictPanel({ runs }: { runs: Run[] }) {
  const reason = whyNoVerdict(runs)
  return (
    <Panel title={texts.verdict}>
      {reason === null ? (
        <Verdict runs={runs.slice(0, mostCompared)} of={runs.length} />
      ) : reason === 'unalike' ? (
        <AlikeGroups runs={runs} />
      ) : (
        <p className="empty">{texts.noVerdict[reason]}</p>
      )}
    </Panel>
  )
}

function Verdict({ runs, of }: { runs: Run[]; of: number }) {
  const { job, result, error, again } = useVerdict(runs.map(({ run }) => run))
  const isWhole = runs.every(({ run }) => result?.runs.some(each => each.run === run))
  const known = runs.map((run, place) => ({ run, place })).slice(1)
  return (
    <>
      {of > runs.length && <p className="notice">{texts.comparedOf(runs.length, of)}</p>}
      {!isWhole && !error && !(job && isUnfinished(job)) && <p className="empty">{texts.comparing}</p>}
      <JobLine job={job} />
      <ErrorNotice error={error} />
      {error && (
        <div className="body">
          <Button size="xs" onClick={again}>
            {texts.compareAgain}
          </Button>
        </div>
      )}
      <div role="status">{result && <Words runs={runs} result={result} />}</div>
      {result && <p className="empty">{texts.compareHint}</p>}
      {result &&
        known
          .filter(({ run }) => result.runs.some(each => each.run === run.run))
          .map(({ run, place }) => (
            <List
              key={run.run}
              label={`${texts.verdict}: ${labelOf(run, place)}`}
              items={result.differences.filter(difference => difference.run === run.run)}
              keyOf={({ metric }) => metric}
              empty={texts.noneMatches}
              columns={[
                { title: `${texts.metric}, ${labelOf(run, place)}`, cell: ({ metric }) => metricName(metric) },
                { title: texts.difference, isNumber: true, cell: ({ difference }) => formatDelta(difference) },
                { title: texts.interval, isNumber: true, cell: intervalOf },
                {
                  title: texts.means,
                  cell: ({ verdict }) => <span className={tones[verdict]}>{texts.verdicts[verdict]}</span>,
                },
              ]}
            />
          ))}
    </>
  )
}

const intervalOf = ({ interval }: Difference) => formatRange([formatDelta(interval[0]), formatDelta(interval[1])])

/** A sentence a run, of the metric that models of its task are chosen by. */
function Words({ runs, result }: { runs: Run[]; result: Comparison }) {
  const [baseline, ...others] = runs
  const metric = selectionMetric(baseline!.task!)
  return (
    <ul className="words">
      {others.map((run, i) => {
        const found = result.differences.find(each => each.run === run.run && each.metric === metric)
        if (!found) return null
        const say = texts.words[found.verdict]
        const numbers = `${metricName(metric)} ${formatDelta(found.difference)}`
        return (
          <li key={run.run}>
            <strong className={tones[found.verdict]}>{say(labelOf(run, i + 1), labelOf(baseline!, 0))}</strong>{' '}
            {texts.numbers(numbers, intervalOf(found), formatCount(result.rows))}
          </li>
        )
      })}
    </ul>
  )
}
