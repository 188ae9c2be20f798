import { Checkbox, MultiSelect, NumberInput, Select } from '@mantine/core'
import type { ColumnProfile } from '../../../shared/model/dataset.ts'
import { type ForecastRequest, gapChoices, repeatChoices } from '../../../shared/model/forecast.ts'
import { texts } from './texts.ts'

const usualHorizon = 7

/** Columns that times can be read of, dates first. */
function timeColumns(columns: readonly ColumnProfile[]): string[] {
  const isDate = ({ type }: ColumnProfile) => type === 'date' || type === 'datetime'
  const others = columns.filter(({ type }) => type === 'integer' || type === 'number')
  return [...columns.filter(isDate), ...others].map(({ name }) => name)
}

/** Whether the target is foretold from its last values, and how its times and series are read. Null: it is learned from the other columns. */
export function ForecastFields({
  columns,
  value,
  onChange,
}: {
  columns: readonly ColumnProfile[]
  value: ForecastRequest | null
  onChange: (value: ForecastRequest | null) => void
}) {
  const times = timeColumns(columns)
  if (!times.length) return null
  const change = (part: Partial<ForecastRequest>) => value && onChange({ ...value, ...part })
  const number = (key: 'horizon' | 'season' | 'lags', label: string, description: string, least: number) => (
    <NumberInput
      size="xs"
      label={label}
      description={description}
      min={least}
      max={1000}
      allowDecimal={false}
      value={value?.[key] ?? ''}
      onChange={next => change({ [key]: Number(next) || (key === 'horizon' ? 1 : undefined) })}
    />
  )
  const choice = <Key extends 'gaps' | 'repeated'>(
    key: Key,
    label: string,
    choices: readonly ForecastRequest[Key][],
  ) => (
    <Select
      size="xs"
      allowDeselect={false}
      label={label}
      description=" "
      data={choices.map(each => ({ value: each, label: texts.forecastChoices[each] }))}
      value={value?.[key] ?? 'refuse'}
      onChange={next => change({ [key]: next ?? 'refuse' })}
    />
  )
  const inputs = (key: 'known' | 'past', label: string, description: string) => (
    <MultiSelect
      size="xs"
      searchable
      clearable
      className="long"
      label={label}
      description={description}
      data={columns.map(({ name }) => name).filter(name => name !== value?.time && name !== value?.series)}
      value={value?.[key] ?? []}
      onChange={names => change({ [key]: names.length ? names : undefined })}
    />
  )
  return (
    <>
      <Checkbox
        size="xs"
        label={texts.isForecast}
        description={texts.isForecastHelp}
        checked={value !== null}
        onChange={event =>
          onChange(
            event.currentTarget.checked
              ? { time: times[0]!, horizon: usualHorizon, gaps: 'refuse', repeated: 'refuse' }
              : null,
          )
        }
      />
      {value && (
        <div className="form">
          <Select
            size="xs"
            searchable
            allowDeselect={false}
            label={texts.time}
            description=" "
            data={times}
            value={value.time}
            onChange={time => change({ time: time ?? times[0]! })}
          />
          <Select
            size="xs"
            clearable
            searchable
            label={texts.series}
            description={value.series === undefined ? texts.oneSeries : ' '}
            data={columns.map(({ name }) => name).filter(name => name !== value.time)}
            value={value.series ?? null}
            onChange={series => change({ series: series ?? undefined })}
          />
          {number('horizon', texts.horizon, texts.horizonHelp, 1)}
          {number('season', texts.season, texts.seasonHelp, 1)}
          {number('lags', texts.lags, texts.lagsHelp, 1)}
          {inputs('known', texts.known, texts.knownHelp)}
          {inputs('past', texts.past, texts.pastHelp)}
          {choice('gaps', texts.gaps, gapChoices)}
          {choice('repeated', texts.repeated, repeatChoices)}
        </div>
      )}
    </>
  )
}
