import { Button } from '@mantine/core'
import { formatCount } from '../../../shared/lib/format.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { formatDelta, metricName, settingsOf } from './columns.ts'
import { CurvesPanel } from './curves-panel.tsx'
import { DiagnosticsPanel } from './diagnostics-panel.tsx'
import { texts } from './texts.ts'

/** The chosen runs beside each other, the baseline first. */
export function Comparison({ ids }: { ids: string[] }) {
  const { value: runs, error } = useAsked(ids.join(), () => Promise.all(ids.map(run => engine.runs.get({ run }))))
  if (!runs) return error ? <ErrorNotice error={error} /> : <p className="empty">{texts.asking}</p>
  const settings = settingsOf(runs, false)
  return (
    <>
      <Verdict ids={ids} nameOf={id => runs.find(({ run }) => run === id)?.name ?? id} />
      <Panel title={texts.settings}>
        <List
          label={texts.settings}
          items={settings}
          keyOf={({ name }) => name}
          empty={texts.sameSettings}
          columns={[
            { title: texts.setting, cell: ({ name }) => name, text: ({ name }) => name },
            ...runs.map((run, i) => ({
              title: `${i + 1} ${run.name}`,
              cell: ({ of }: (typeof settings)[number]) => of(run),
              text: ({ of }: (typeof settings)[number]) => of(run),
            })),
          ]}
        />
      </Panel>
      <DiagnosticsPanel runs={runs} />
      <CurvesPanel runs={runs} />
    </>
  )
}

function Verdict({ ids, nameOf }: { ids: string[]; nameOf(id: string): string }) {
  const { start, job, result, error, isRunning } = useJob<'compare'>()
  return (
    <Panel title={texts.verdict}>
      <div className="body">
        <p className="soft">{ids.length > 20 ? texts.tooMany : texts.compareHint}</p>
        <Button
          size="xs"
          disabled={ids.length > 20}
          loading={isRunning}
          onClick={() => void start(() => engine.runs.compare({ runs: ids }))}
        >
          {texts.compare}
        </Button>
      </div>
      <JobLine job={job} />
      <ErrorNotice error={error} />
      {result && (
        <div role="status">
          {ids.slice(1).map(id => (
            <div key={id}>
              <p className="empty">{texts.against(nameOf(id), nameOf(ids[0]!), formatCount(result.rows))}</p>
              <List
                label={`${texts.verdict} ${nameOf(id)}`}
                items={result.differences.filter(({ run }) => run === id)}
                keyOf={({ metric }) => metric}
                empty={texts.noneMatches}
                columns={[
                  { title: texts.metric, cell: ({ metric }) => metricName(metric) },
                  { title: texts.difference, isNumber: true, cell: ({ difference }) => formatDelta(difference) },
                  {
                    title: texts.interval,
                    isNumber: true,
                    cell: ({ interval }) => interval.map(formatDelta).join(' to '),
                  },
                  {
                    title: texts.means,
                    cell: ({ verdict }) => <span className={tones[verdict]}>{texts[verdict]}</span>,
                  },
                ]}
              />
            </div>
          ))}
        </div>
      )}
    </Panel>
  )
}

const tones = { better: 'good', worse: 'bad', 'within noise': 'soft' } as const
