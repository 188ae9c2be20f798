import { Button, NumberInput, Select } from '@mantine/core'
import { useState } from 'react'
import {
  type Brushes,
  categoriesOf,
  type Interval,
  isNumbers,
  type ParallelAxis,
  passing,
} from '../../charts/parallel.ts'
import { texts } from './texts.ts'

/** What is dragged along an axis, by keys: between which numbers, or at which value, lines are kept. Says how many pass all axes. */
export function AxisRange(props: {
  axes: ParallelAxis[]
  brushes: Brushes
  keep(axis: string, intervals: Interval[]): void
}) {
  const { axes, brushes, keep } = props
  const [chosen, setChosen] = useState<string | null>(null)
  const axis = axes.find(({ name }) => name === chosen) ?? axes[0]!
  const { name } = axis
  const kept = brushes.get(name)?.[0] ?? null
  return (
    <fieldset className="axis-range" aria-label={texts.keepLines}>
      <Select
        size="xs"
        searchable
        allowDeselect={false}
        label={texts.keepOn}
        data={axes.map(each => each.name)}
        value={name}
        onChange={setChosen}
      />
      {isNumbers(axis) ? (
        <Ends key={name} axis={axis} kept={kept} keep={interval => keep(name, interval ? [interval] : [])} />
      ) : (
        <Select
          size="xs"
          clearable
          label={texts.keepValue}
          placeholder={texts.anyValue}
          data={categoriesOf(axis)}
          value={
            kept && kept[1] - kept[0] < 1 ? (categoriesOf(axis)[Math.round((kept[0] + kept[1]) / 2)] ?? null) : null
          }
          onChange={value => {
            const place = value === null ? -1 : categoriesOf(axis).indexOf(value)
            keep(name, place < 0 ? [] : [[place - 0.25, place + 0.25]])
          }}
        />
      )}
      <Button
        size="xs"
        variant="default"
        disabled={brushes.size === 0}
        onClick={() => {
          for (const each of axes) keep(each.name, [])
        }}
      >
        {texts.keepAll}
      </Button>
      <span role="status">{texts.linesKept(passing(axes, brushes).filter(Boolean).length, axis.values.length)}</span>
    </fieldset>
  )
}

function Ends({
  axis,
  kept,
  keep,
}: {
  axis: ParallelAxis
  kept: Interval | null
  keep(interval: Interval | null): void
}) {
  const numbers = axis.values.filter(value => typeof value === 'number')
  const ends: Interval = [Math.min(...numbers), Math.max(...numbers)]
  const set = (place: 0 | 1, value: string | number) => {
    const other = kept?.[1 - place] ?? ends[1 - place]!
    const own = value === '' || value === '-' ? ends[place] : Number(value)
    const next: Interval = place === 0 ? [own, other] : [other, own]
    keep(next[0] <= ends[0] && next[1] >= ends[1] ? null : next)
  }
  return (
    <>
      {([0, 1] as const).map(place => (
        <NumberInput
          key={place}
          size="xs"
          label={place === 0 ? texts.from : texts.to}
          placeholder={String(Number(ends[place].toPrecision(4)))}
          startValue={ends[place]}
          step={Number(((ends[1] - ends[0]) / 20).toPrecision(1)) || 1}
          value={kept && kept[place] !== ends[place] ? kept[place] : ''}
          onChange={value => set(place, value)}
        />
      ))}
    </>
  )
}
