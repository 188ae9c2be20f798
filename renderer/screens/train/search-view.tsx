import { useCallback } from 'react'
import { isMetricId, metricRange, metricTable } from '../../../shared/model/metrics.ts'
import type { ParameterImportance, Search, Trial } from '../../../shared/model/search.ts'
import { Chart } from '../../charts/chart.tsx'
import type { Palette } from '../../charts/options.ts'
import { searchOption } from '../../charts/search.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine, ResumeButton } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { runColumns } from '../../components/object-columns.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { pathTo } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { BestFound } from './best-found.tsx'
import { bestSoFar, pointSets } from './search-points.ts'
import { texts } from './texts.ts'
import { TrialsTable } from './trials-table.tsx'

/** One search: how it goes, what it tried, and what it found. */
export function SearchView({ search: id }: { search: string }) {
  const known = useEngine(state => state.searches?.find(({ search }) => search === id))
  const { value: search, error } = useAsked(`${id} ${known?.status} ${known?.trialsEnded}`, () =>
    engine.searches.get({ search: id }),
  )
  const job = useEngine(({ jobs }) => jobs.find(each => each.job === search?.job) ?? null)
  if (!search) {
    return (
      <>
        <RoomHeader title={texts.title} question={<Link to={pathTo('train')}>{texts.allRuns}</Link>} />
        {error ? <ErrorNotice error={error} /> : <p className="empty">{texts.asking}</p>}
      </>
    )
  }
  const { status, dataset, datasetVersion, request, runs, trials } = search
  return (
    <>
      <RoomHeader
        title={texts.searchTitle(request.target)}
        question={
          <>
            <Status state={status} /> {texts.searchOn(`${dataset}:${datasetVersion}`, trials.length)}
          </>
        }
      >
        <Link to={pathTo('train')}>{texts.allRuns}</Link>
        {runs.length > 1 && <Link to={`${pathTo('compare')}?runs=${runs.join(',')}`}>{texts.compareFound}</Link>}
      </RoomHeader>
      <JobLine job={job} />
      {!job && (
        <ResumeButton
          key={status}
          job={{ job: search.job, status, title: texts.searchTitle(request.target), kind: 'search' }}
        />
      )}
      {search.error && <ErrorNotice error={search.error} />}
      {search.findings.length > 0 && <Findings search={search} />}
      {runs.length > 0 && <FoundRuns ids={runs} />}
      {runs[1] !== undefined && <BestFound key={runs[1]} run={runs[1]} baseline={runs[0]!} />}
      <Panel title={texts.course}>
        <Course metric={search.metric} trials={trials} />
      </Panel>
      {search.importance.length > 0 && <Importance importance={search.importance} />}
      <TrialsTable search={search} trials={trials} />
    </>
  )
}

function Findings({ search: { findings } }: { search: Search }) {
  return (
    <Panel title={texts.findings}>
      <ul className="body findings">
        {findings.map(each => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </Panel>
  )
}

/** The models that it left; each is a run like any other. */
function FoundRuns({ ids }: { ids: string[] }) {
  const runs = useEngine(state => state.runs)
  const found = runs && ids.flatMap(id => runs.find(({ run }) => run === id) ?? [])
  return (
    <Panel title={texts.foundRuns} count={ids.length}>
      <List
        label={texts.foundRuns}
        items={found}
        keyOf={run => run.run}
        isChosen={run => run.run === ids[1]}
        empty={texts.noRuns}
        columns={[
          runColumns.run,
          runColumns.algorithm,
          runColumns.score,
          { title: texts.itsRole, cell: run => texts.role(ids.indexOf(run.run)) },
        ]}
      />
    </Panel>
  )
}

function Course({ metric, trials }: { metric: string | null; trials: Trial[] }) {
  const option = useCallback(
    (palette: Palette) => {
      const name = metric !== null && isMetricId(metric) ? metricTable[metric].name : texts.score
      const names = { x: texts.secondsIn, y: name, best: texts.bestSoFar }
      return searchOption(pointSets(trials), bestSoFar(trials, metric), names, palette, metricRange(metric ?? ''))
    },
    [trials, metric],
  )
  const isEmpty = !trials.some(({ trial, score }) => trial > 0 && score !== null)
  if (isEmpty) return <p className="empty">{texts.noTrials}</p>
  return <Chart label={texts.course} height={260} option={option} />
}

const percent = (share: number) => `${Math.round(share * 100)} %`

function Importance({ importance }: { importance: ParameterImportance[] }) {
  return (
    <Panel title={texts.whatMattered}>
      <p className="body soft">{texts.whatMatteredHelp}</p>
      <List
        label={texts.whatMattered}
        items={importance.filter(({ share }) => share >= 0.01).slice(0, 12)}
        keyOf={({ algorithm, parameter }) => `${algorithm} ${parameter}`}
        empty={texts.nothingMattered}
        columns={[
          { title: texts.algorithm, cell: ({ algorithm }) => algorithm ?? texts.allAlgorithms },
          { title: texts.setting, cell: ({ parameter }) => parameter },
          { title: texts.tellsOfScore, isNumber: true, cell: ({ share }) => percent(share) },
        ]}
      />
    </Panel>
  )
}
