import { useMemo, useRef } from 'react'
import { formatBytes, formatCount, formatSeconds } from '../../../shared/lib/format.ts'
import { metricName } from '../../../shared/model/metrics.ts'
import { isWithoutTarget, type Placement, type Run, type RunOrigin, type Series } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import { curveOption, type Palette } from '../../charts/options.ts'
import { engine } from '../../client/engine.ts'
import { mergeSeries } from '../../client/merge-series.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { FactList } from '../../components/fact-list.tsx'
import { JobLine, ResumeRunButton } from '../../components/job-line.tsx'
import { JobLog } from '../../components/job-log.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { OpenInPython } from '../../components/open-in-python.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { pathTo } from '../../components/router.ts'
import { baselineOf, foldRange, formatInterval, formatMetric } from '../../components/scores.ts'
import { Status } from '../../components/status.tsx'
import { retrainAddress } from '../../components/train-address.ts'
import { ExaminationPanel } from './examination-panel.tsx'
import { ExplanationPanel } from './explanation-panel.tsx'
import { FindingsPanel } from './findings-panel.tsx'
import { OriginPanel } from './origin-panel.tsx'
import { RegisterPanel } from './register-panel.tsx'
import { LastLines, ScriptPanel } from './script-panel.tsx'
import { texts } from './texts.ts'
import { WarningsPanel } from './warnings-panel.tsx'

export function RunView({ run: id }: { run: string }) {
  const runs = useEngine(state => state.runs)
  const status = runs?.find(({ run }) => run === id)?.status
  const { value: run, error } = useAsked(`${id} ${status}`, () => engine.runs.get({ run: id }))
  const job = useEngine(({ jobs }) => jobs.find(each => each.job === run?.job) ?? null)
  if (!run) {
    return (
      <>
        <RoomHeader title={texts.title} question={<Link to={pathTo('train')}>{texts.allRuns}</Link>} />
        {error ? <ErrorNotice error={error} /> : <p className="empty">{texts.asking}</p>}
      </>
    )
  }
  const baseline = baselineOf(run, runs ?? [])
  // A script may end well and leave none.
  const hasModel = run.status === 'done' && run.bundleDigest !== null
  // Of what is not foretold there are no errors to explain.
  const hasErrors = hasModel && !isWithoutTarget(run.task)
  // What a model learned explains it; what was found is what it is for.
  const isReadOut = run.findings?.kind === 'weights' || run.findings?.kind === 'tree'
  return (
    <>
      <RoomHeader
        title={run.name}
        question={
          <>
            <Status state={run.status} /> {texts.trainedOn(run.algorithm, `${run.dataset}:${run.datasetVersion}`)}
            {run.target === null ? texts.withoutTarget : texts.withTarget(run.target)}
          </>
        }
      >
        <Link to={pathTo('train')}>{texts.allRuns}</Link>
        {!run.script && <Link to={retrainAddress(run.run)}>{texts.retrain}</Link>}
        {baseline && baseline.run !== run.run && (
          <Link to={`${pathTo('compare')}?runs=${baseline.run},${run.run}`}>{texts.compare}</Link>
        )}
        {hasErrors && !run.forecast && <Link to={`${pathTo('compare')}?runs=${run.run}`}>{texts.onTestRows}</Link>}
        {hasModel && <OpenInPython kind="run" subject={run.run} />}
      </RoomHeader>
      <JobLine job={job} />
      {!job && <ResumeRunButton run={run} />}
      {run.from && <Origin from={run.from} />}
      <ErrorNotice error={run.error} />
      <LastLines details={run.error?.details} />
      <div className="grid">
        {!isReadOut && <FindingsPanel run={run} />}
        <Curves run={run} />
        <Scores run={run} />
        {hasErrors && run.from && <OriginPanel key={`origin ${run.run}`} run={run} origin={run.from.run} />}
        {run.script && <ScriptPanel script={run.script} />}
        <WarningsPanel run={run} />
        {isReadOut && <FindingsPanel run={run} />}
        {hasErrors && <ExplanationPanel key={run.run} run={run} />}
        {hasErrors && <ExaminationPanel key={`examine ${run.run}`} run={run} />}
        <Facts run={run} />
        {!run.script && <PlacementPanel run={run} />}
        {hasModel && <RegisterPanel run={run} />}
        {run.job !== null && <JobLog job={run.job} />}
      </div>
    </>
  )
}

function Origin({ from: { run, endpoint } }: { from: RunOrigin }) {
  return (
    <p className="origin">
      {texts.trainedFrom} <Link to={pathTo('train', run)}>{run}</Link>
      {endpoint !== undefined && (
        <>
          {texts.becauseOf} <Link to={pathTo('monitor', endpoint)}>{endpoint}</Link>
        </>
      )}
    </p>
  )
}

function Curves({ run }: { run: Run & { curves: Series[] } }) {
  const told = useEngine(state => state.live[run.run])
  // At the end the page lets go of the points that came; they stay here until the whole curve is there.
  const kept = useRef(told)
  if (told || run.endedAt !== null) kept.current = told
  const live = kept.current
  const curves = useMemo(() => mergeSeries(run.curves, Object.values(live ?? {})), [run, live])
  const option = useMemo(() => (palette: Palette) => curveOption(curves, palette), [curves])
  return (
    <Panel title={texts.curves} wide={curves.length > 0}>
      {curves.length > 0 ? (
        <div className="body">
          <Chart label={`${texts.curves}: ${curves.map(({ key }) => key).join(', ')}`} option={option} />
        </div>
      ) : (
        <p className="empty">{run.endedAt === null ? texts.curvesToCome : texts.noCurves}</p>
      )}
    </Panel>
  )
}

function Scores({ run }: { run: Run }) {
  const left = run.findings?.kind === 'out-of-bag' ? run.findings : null
  return (
    <Panel title={texts.scores}>
      <List
        label={texts.scores}
        items={Object.keys({ ...run.metrics, ...run.validationMetrics })}
        keyOf={id => id}
        empty={
          run.endedAt === null ? texts.noScores : run.status === 'done' ? texts.nothingMeasured : texts.neverScored
        }
        columns={[
          { title: texts.metric, cell: metricName },
          { title: texts.test, isNumber: true, cell: id => formatMetric(run.metrics[id]) },
          { title: texts.interval, isNumber: true, cell: id => formatInterval(run.intervals[id]) },
          {
            title: run.foldMetrics.length ? texts.foldMean : texts.validation,
            isNumber: true,
            cell: id => formatMetric(run.validationMetrics[id]),
          },
          ...(run.foldMetrics.length
            ? [{ title: texts.foldRange, isNumber: true, cell: (id: string) => formatInterval(foldRange(run, id)) }]
            : []),
          ...(left
            ? [{ title: texts.outOfBag, isNumber: true, cell: (id: string) => formatMetric(left.metrics[id]) }]
            : []),
        ]}
      />
      {left && <p className="body soft">{texts.outOfBagHint(formatCount(left.rows), formatCount(left.of))}</p>}
    </Panel>
  )
}

function Facts({ run }: { run: Run }) {
  const { rows } = run
  const facts: [string, string][] = [
    [texts.task, run.task ? [run.task, ...run.classes.slice(0, 10)].join(', ') : ''],
    [
      texts.sampleRows,
      rows ? texts.rowsOf(formatCount(rows.train), formatCount(rows.validation), formatCount(rows.test)) : '',
    ],
    [
      texts.split,
      run.forecast
        ? texts.splitByOrigin
        : run.splitColumn === null
          ? texts.randomSplit
          : texts.splitOf[run.splitBy](run.splitColumn),
    ],
    [texts.forecast, run.forecast ? texts.forecastAsked(run.forecast) : ''],
    [texts.folds, run.folds ? String(run.folds) : ''],
    [texts.seed, String(run.seed)],
    [
      texts.device,
      run.script ? '' : run.device === null ? run.deviceChoice : texts.deviceAskedFor(run.device, run.deviceChoice),
    ],
    [texts.recalibration, run.recalibration ?? ''],
    [texts.learnedOn, run.refit ? texts.refit : ''],
    [texts.trainingTime, run.seconds === null ? '' : formatSeconds(run.seconds)],
    ...Object.entries(run.parameters).map(([name, value]): [string, string] => [
      name,
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  ]
  return (
    <Panel title={texts.facts}>
      <FactList facts={facts} />
    </Panel>
  )
}

const share = (part: number) => `${(part * 100).toFixed(1)} %`

function PlacementPanel({ run }: { run: Run }) {
  const perStep = run.bytesPerStep === null ? undefined : texts.aStep(formatBytes(run.bytesPerStep))
  return (
    <Panel title={texts.placement} aside={perStep}>
      <List<Placement>
        label={texts.placement}
        items={run.placement}
        keyOf={({ provider }) => provider}
        empty={texts.noPlacement}
        columns={[
          { title: texts.provider, cell: each => each.provider },
          { title: texts.operators, isNumber: true, cell: each => share(each.operatorShare) },
          { title: texts.time, isNumber: true, cell: each => share(each.timeShare) },
          { title: texts.why, cell: each => each.reasons.join('; '), text: each => each.reasons.join('\n') },
        ]}
      />
    </Panel>
  )
}
