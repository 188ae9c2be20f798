import { Button, Checkbox, MultiSelect, NumberInput, Select } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { formatBytes, formatCount } from '../../../shared/lib/format.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import { DeviceChoice, type Parameters } from '../../../shared/model/run.ts'
import type { Device } from '../../../shared/model/workspace.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { AlgorithmSettings } from './algorithm-settings.tsx'
import { targetKind } from './target-kind.ts'
import { texts } from './texts.ts'
import { TimeLeft } from './time-left.tsx'

export function TrainForm({ wanted }: { wanted: URLSearchParams }) {
  const datasets = useEngine(state => state.datasets)
  const [chosen, setChosen] = useState(wanted.get('dataset'))
  const reference = chosen ?? datasets?.[0]?.dataset ?? null
  const asked = useAsked(reference ?? '', async () =>
    reference === null ? null : await engine.datasets.get({ dataset: reference }),
  )
  if (datasets?.length === 0) {
    return (
      <Panel title={texts.form}>
        <Empty action={<Link to={pathTo('data')}>{texts.toData}</Link>}>{texts.noDatasets}</Empty>
      </Panel>
    )
  }
  const versions = (datasets ?? []).flatMap(({ dataset, latest }) => [
    { value: dataset, label: `${dataset}, newest (version ${latest.version})` },
    ...Array.from({ length: Math.min(latest.version - 1, 9) }, (_, back) => {
      const older = `${dataset}:${latest.version - 1 - back}`
      return { value: older, label: older }
    }),
  ])
  if (reference !== null && !versions.some(({ value }) => value === reference)) {
    versions.unshift({ value: reference, label: reference })
  }
  return (
    <Panel title={texts.form}>
      <div className="body">
        <Select
          size="xs"
          searchable
          allowDeselect={false}
          label={texts.dataset}
          description={
            asked.value ? `${formatCount(asked.value.rows)} rows, ${asked.value.columns.length} columns` : ' '
          }
          data={versions}
          value={reference}
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

function deviceLabel({ device, available, name, detail, memoryBytes }: Device): string {
  const memory = memoryBytes === null ? '' : `, ${formatBytes(memoryBytes)}`
  return available ? `${device}: ${name}${memory}` : `${device}: not here, ${detail}`
}

function Request({ dataset, wanted }: { dataset: DatasetVersion; wanted: URLSearchParams }) {
  const columns = dataset.columns.map(({ name }) => name)
  const [target, setTarget] = useState(wanted.get('target') ?? dataset.target)
  const [exclude, setExclude] = useState(columns.filter(name => wanted.getAll('exclude').includes(name)))
  const [splitColumn, setSplitColumn] = useState<string | null>(wanted.get('split'))
  const [seed, setSeed] = useState(Number(wanted.get('seed')) || 0)
  const [isDistinct, setIsDistinct] = useState(wanted.get('distinct') === '1')
  const [device, setDevice] = useState('auto')
  const [positive, setPositive] = useState<string | null>(null)
  const [algorithms, setAlgorithms] = useState<string[] | null>(null)
  const [parameters, setParameters] = useState<Record<string, Parameters>>({})
  const [error, setError] = useState<AppError | null>(null)
  const [isStarting, setIsStarting] = useState(false)
  const offered = useAsked('algorithms', () => engine.runs.algorithms())
  const doctor = useAsked('doctor', () => engine.workspace.doctor())
  const known = offered.value?.algorithms ?? []
  const picked = algorithms ?? known.map(({ id }) => id)
  const profile = dataset.columns.find(({ name }) => name === target)
  const kind = profile && targetKind(profile)

  const wantedAlgorithms = picked.map(algorithm => ({ algorithm, parameters: parameters[algorithm] ?? {} }))
  const estimated = useAsked(
    JSON.stringify([dataset.dataset, dataset.version, target, exclude, wantedAlgorithms]),
    async () => {
      if (target === null || picked.length === 0) return null
      const reference = `${dataset.dataset}:${dataset.version}`
      const asked = { dataset: reference, target, exclude: exclude.filter(name => name !== target) }
      return (await engine.runs.estimate({ ...asked, algorithms: wantedAlgorithms })).estimates
    },
  )

  const begin = async () => {
    if (target === null) return
    setIsStarting(true)
    setError(null)
    const answers = await Promise.allSettled(
      picked.map(algorithm =>
        engine.runs.train({
          dataset: `${dataset.dataset}:${dataset.version}`,
          target,
          algorithm,
          parameters: parameters[algorithm] ?? {},
          device: DeviceChoice.parse(device),
          seed,
          exclude: exclude.filter(name => name !== target),
          distinctRows: isDistinct,
          ...(splitColumn === null ? {} : { splitColumn }),
          ...(positive === null ? {} : { positive }),
        }),
      ),
    )
    const failed = answers.find(answer => answer.status === 'rejected')
    if (failed) setError(toAppError(failed.reason))
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
          description={kind?.text ?? ' '}
          data={columns}
          value={target}
          onChange={value => {
            setTarget(value)
            setPositive(null)
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
        <Select
          size="xs"
          clearable
          searchable
          label={texts.splitColumn}
          description={splitColumn === null ? texts.randomSplit : 'by this column'}
          placeholder="random"
          data={columns.filter(name => name !== target)}
          value={splitColumn}
          onChange={setSplitColumn}
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
        <Select
          size="xs"
          allowDeselect={false}
          label={texts.device}
          description=" "
          data={[
            { value: 'auto', label: texts.autoDevice },
            ...(doctor.value?.devices ?? []).map(each => ({
              value: each.device,
              label: deviceLabel(each),
              disabled: !each.available,
            })),
          ]}
          value={device}
          onChange={value => setDevice(value ?? 'auto')}
        />
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
            <Checkbox key={id} size="xs" value={id} label={name} description={help} />
          ))}
        </div>
      </Checkbox.Group>
      {known
        .filter(({ id }) => picked.includes(id))
        .map(algorithm => (
          <AlgorithmSettings
            key={algorithm.id}
            algorithm={algorithm}
            changed={parameters[algorithm.id] ?? {}}
            onChange={changed => setParameters(before => ({ ...before, [algorithm.id]: changed }))}
          />
        ))}
      <Button size="xs" type="submit" disabled={target === null || picked.length === 0} loading={isStarting}>
        {texts.action} {picked.length > 1 ? `${picked.length} algorithms` : ''}
      </Button>
      <TimeLeft estimates={estimated.value} />
      <ErrorNotice error={error ?? offered.error ?? doctor.error} />
    </form>
  )
}
