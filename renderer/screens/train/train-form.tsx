import { Button, Checkbox, MultiSelect, NumberInput, Select } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { AlgorithmInfo } from '../../../shared/contract/runs.ts'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { formatCount } from '../../../shared/lib/format.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Job } from '../../../shared/model/job.ts'
import { type DeviceChoice, isWithoutTarget } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { DeviceSelect } from '../../components/device-select.tsx'
import { Empty } from '../../components/empty.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { AlgorithmSettings } from './algorithm-settings.tsx'
import { ForecastFields } from './forecast-fields.tsx'
import { learns, tasksOf } from './learnable.ts'
import { Repeats, Started } from './repeats.tsx'
import { SampleField } from './sample-field.tsx'
import { SearchStart } from './search-start.tsx'
import { SplitFields, type SplitWanted, splitRequest } from './split-fields.tsx'
import { targetKind } from './target-kind.ts'
import { texts } from './texts.ts'
import { TimeLeft } from './time-left.tsx'
import { changedParameters, type Wanted, wantedByAddress, wantedByRun } from './wanted.ts'

/** Filled in as the address says; with `?from=RUN` as that run was asked for, on the newest version of its dataset. */
export function TrainForm({ search }: { search: URLSearchParams }) {
  const from = search.get('from')
  const repeated = useAsked(`from ${from}`, async () => {
    if (from === null) return null
    const asked = { run: from, endpoint: search.get('endpoint') ?? undefined }
    const [request, run] = await Promise.all([engine.runs.request(asked), engine.runs.get({ run: from })])
    return wantedByRun(request, run)
  })
  const byAddress = useMemo(() => wantedByAddress(search), [search])
  if (from === null) return <Filled wanted={byAddress} />
  if (repeated.value) return <Filled wanted={repeated.value} />
  return repeated.error ? (
    <Panel title={texts.form}>
      <ErrorNotice error={repeated.error} />
    </Panel>
  ) : (
    <Asking />
  )
}

function Asking() {
  return (
    <Panel title={texts.form}>
      <p className="empty">{texts.asking}</p>
    </Panel>
  )
}

function Filled({ wanted }: { wanted: Wanted }) {
  const datasets = useEngine(state => state.datasets)
  const [chosen, setChosen] = useState(wanted.dataset)
  const reference = chosen ?? datasets?.[0]?.dataset ?? null
  const about = reference ?? ''
  // Until the chosen one is known there is nothing to begin: it would be begun on the one before.
  const asked = useAsked(
    about,
    async () => (reference === null ? null : await engine.datasets.get({ dataset: reference })),
    about,
  )
  if (datasets === null) return <Asking />
  if (datasets.length === 0) {
    return (
      <Panel title={texts.form}>
        <Empty action={<Link to={pathTo('data')}>{texts.toData}</Link>}>{texts.noDatasets}</Empty>
      </Panel>
    )
  }
  const versions = datasets.flatMap(({ dataset, latest }) => [
    { value: dataset, label: texts.newest(dataset, latest.version) },
    ...Array.from({ length: Math.min(latest.version - 1, 9) }, (_, back) => {
      const older = `${dataset}:${latest.version - 1 - back}`
      return { value: older, label: older }
    }),
  ])
  const newest = datasets.find(({ dataset, latest }) => `${dataset}:${latest.version}` === reference)
  if (reference !== null && !newest && !versions.some(({ value }) => value === reference)) {
    versions.unshift({ value: reference, label: reference })
  }
  return (
    <Panel title={texts.form}>
      <div className="body">
        {wanted.repeats && <Repeats wanted={wanted} run={wanted.repeats} chosen={asked.value} />}
        <Select
          size="xs"
          searchable
          allowDeselect={false}
          label={texts.dataset}
          description={asked.value ? texts.sizeOf(formatCount(asked.value.rows), asked.value.columns.length) : ' '}
          data={versions}
          value={newest?.dataset ?? reference}
          onChange={setChosen}
        />
        <ErrorNotice error={asked.error} />
        {asked.value && (
          <Request key={`${asked.value.dataset}:${asked.value.version}`} dataset={asked.value} wanted={wanted} />
        )}
      </div>
    </Panel>
  )
}

/** No column is named so. */
const withoutTarget = '\u{F8FF}none'

function Request({ dataset, wanted }: { dataset: DatasetVersion; wanted: Wanted }) {
  const columns = dataset.columns.map(({ name }) => name)
  const [isWithout, setIsWithout] = useState(wanted.withoutTarget ?? false)
  const [chosenTarget, setTarget] = useState(
    wanted.target === undefined || columns.includes(wanted.target) ? (wanted.target ?? dataset.target) : null,
  )
  const target = isWithout ? null : chosenTarget
  const [exclude, setExclude] = useState(columns.filter(name => wanted.exclude?.includes(name)))
  const [split, setSplit] = useState<SplitWanted>({
    splitColumn: columns.find(name => name === wanted.splitColumn) ?? null,
    splitBy: wanted.splitBy ?? 'parts',
    folds: wanted.folds ?? null,
  })
  const [forecast, setForecast] = useState(wanted.forecast ?? null)
  const [seed, setSeed] = useState(wanted.seed ?? 0)
  const [isDistinct, setIsDistinct] = useState(wanted.distinctRows ?? false)
  const [sampleRows, setSampleRows] = useState(wanted.sampleRows ?? null)
  const [device, setDevice] = useState<DeviceChoice>(wanted.device ?? 'auto')
  const [positive, setPositive] = useState(wanted.positive ?? null)
  const [task, setTask] = useState(wanted.task)
  const [algorithms, setAlgorithms] = useState(wanted.algorithms ?? null)
  const [parameters, setParameters] = useState(wanted.parameters ?? {})
  const [started, setStarted] = useState<Job[]>([])
  const [error, setError] = useState<AppError | null>(null)
  const [isStarting, setIsStarting] = useState(false)
  const offered = useAsked('algorithms', () => engine.runs.algorithms())
  const known = offered.value?.algorithms ?? []
  const profile = dataset.columns.find(({ name }) => name === target)
  const kind = profile && targetKind(profile)
  const isForecast = forecast !== null && target !== null
  const fits = (id: string) =>
    learns(known, id, tasksOf({ isWithout, isForecast, kind, distinct: profile?.distinct, task }))
  const usual = (each: AlgorithmInfo) => (isWithout ? each.tasks.some(isWithoutTarget) : each.usual)
  const picked = (algorithms ?? known.filter(usual).map(({ id }) => id)).filter(fits)
  const isReady = (target !== null || isWithout) && picked.length > 0

  // Of a forecast every step of time is needed.
  const sample = sampleRows === null || isForecast ? {} : { sampleRows }
  const wantedAlgorithms = picked.map(algorithm => ({ algorithm, parameters: parameters[algorithm] ?? {} }))
  const estimated = useAsked(
    JSON.stringify([
      dataset.dataset,
      dataset.version,
      target,
      isForecast,
      exclude,
      split.folds,
      sample,
      wantedAlgorithms,
    ]),
    async () => {
      // How many rows a forecast makes of a row depends on its horizon: no time is told.
      if (!isReady || isForecast) return null
      const asked = {
        dataset: `${dataset.dataset}:${dataset.version}`,
        ...(target === null ? {} : { target }),
        exclude: exclude.filter(name => name !== target),
        folds: splitRequest(split).folds,
        ...sample,
      }
      return engine.runs.estimate({ ...asked, algorithms: wantedAlgorithms })
    },
  )

  const learned = {
    dataset: `${dataset.dataset}:${dataset.version}`,
    seed,
    exclude: exclude.filter(name => name !== target),
    distinctRows: isDistinct,
    ...splitRequest(isForecast ? { ...split, splitColumn: null } : split),
    ...(positive === null ? {} : { positive }),
    ...(task === undefined ? {} : { task }),
  }
  const begin = async () => {
    if (!isReady) return
    setIsStarting(true)
    setError(null)
    setStarted([])
    const answers = await Promise.allSettled(
      picked.map(algorithm =>
        engine.runs.train({
          ...learned,
          ...(target === null ? {} : { target }),
          ...(isForecast ? { forecast } : {}),
          ...sample,
          algorithm,
          parameters: parameters[algorithm] ?? {},
          device,
          ...(wanted.from === undefined ? {} : { from: wanted.from }),
        }),
      ),
    )
    const failed = answers.find(answer => answer.status === 'rejected')
    if (failed) setError(toAppError(failed.reason))
    const done = answers.flatMap(answer => (answer.status === 'fulfilled' ? answer.value.runs : []))
    setStarted(done.map(({ job }) => job))
    setIsStarting(false)
    await useEngine.getState().refresh('runs')
  }

  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        void begin()
      }}
    >
      <div className="form">
        <Select
          size="xs"
          required
          searchable
          allowDeselect={false}
          label={texts.target}
          description={isWithout ? texts.noTargetHelp : (kind?.text ?? ' ')}
          data={[{ value: withoutTarget, label: texts.noTarget }, ...columns]}
          value={isWithout ? withoutTarget : target}
          onChange={value => {
            if ((value === withoutTarget) !== isWithout) setAlgorithms(null)
            // What the dataset is about would give the rows away that are unlike the rest.
            if (value === withoutTarget && dataset.target !== null)
              setExclude([...new Set([...exclude, dataset.target])])
            setIsWithout(value === withoutTarget)
            setTarget(value === withoutTarget ? null : value)
            setPositive(null)
            // It was asked for with the target that was there before.
            setTask(undefined)
          }}
        />
        {kind?.isClasses && profile?.distinct === 2 && (
          <Select
            size="xs"
            clearable
            label={texts.positive}
            description={texts.positiveDefault}
            data={kind.classes}
            value={positive}
            onChange={setPositive}
          />
        )}
        <SplitFields
          columns={dataset.columns.filter(({ name }) => name !== target)}
          value={split}
          byOrigin={isForecast}
          onChange={setSplit}
        />
        <NumberInput
          size="xs"
          label={texts.seed}
          description=" "
          min={0}
          max={0xffff_ffff}
          allowDecimal={false}
          value={seed}
          onChange={value => setSeed(Number(value) || 0)}
        />
        <SampleField rows={dataset.rows} value={sampleRows} isDisabled={isForecast} onChange={setSampleRows} />
        <DeviceSelect label={texts.device} description=" " value={device} onChange={setDevice} />
        <MultiSelect
          size="xs"
          searchable
          clearable
          className="long"
          label={texts.exclude}
          description=" "
          data={columns.filter(name => name !== target)}
          value={exclude}
          onChange={setExclude}
        />
      </div>
      {target !== null && (
        <ForecastFields
          columns={dataset.columns.filter(({ name }) => name !== target)}
          value={forecast}
          onChange={setForecast}
        />
      )}
      <Checkbox
        size="xs"
        label={texts.distinctRows}
        description={texts.distinctRowsHelp}
        checked={isDistinct}
        onChange={event => setIsDistinct(event.currentTarget.checked)}
      />
      <Checkbox.Group label={texts.algorithms} size="xs" value={picked} onChange={setAlgorithms}>
        <div className="algorithms">
          {known.map(({ id, name, help }) => (
            <Checkbox key={id} size="xs" value={id} label={name} description={help} disabled={!fits(id)} />
          ))}
        </div>
      </Checkbox.Group>
      {known
        .filter(({ id }) => picked.includes(id))
        .map(algorithm => (
          <AlgorithmSettings
            key={algorithm.id}
            algorithm={algorithm}
            changed={changedParameters(algorithm, parameters[algorithm.id] ?? {})}
            onChange={changed => setParameters(before => ({ ...before, [algorithm.id]: changed }))}
          />
        ))}
      <Button size="xs" type="submit" disabled={!isReady} loading={isStarting}>
        {picked.length > 1 ? texts.trainSeveral(picked.length) : texts.action}
      </Button>
      <TimeLeft estimated={estimated.value} />
      <SearchStart
        request={
          target === null
            ? null
            : {
                ...{ ...learned, target },
                ...(isForecast ? { forecast } : {}),
                ...(algorithms === null ? {} : { algorithms: picked }),
              }
        }
      />
      <Started jobs={started} />
      <ErrorNotice error={error ?? offered.error} />
    </form>
  )
}
