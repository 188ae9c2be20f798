import { useMemo } from 'react'
import type { ColumnDrift } from '../../../shared/model/monitoring.ts'
import { Chart } from '../../charts/chart.tsx'
import { driftOption, type Palette } from '../../charts/options.ts'
import { clipped, short } from './numbers.ts'
import { texts } from './texts.ts'

/** A chart cannot cut the labels of its tooltip itself. */
function withShortLabels(column: ColumnDrift): ColumnDrift {
  return { ...column, labels: column.labels.map(label => clipped(label, 40)) }
}

/** Reference and current of one column over each other, small; its name opens it. */
export function ColumnFigure(props: { column: ColumnDrift; names: [string, string]; onChoose(): void }) {
  const { column, onChoose } = props
  const numbers = texts.valueOfThreshold(column.statistic, short(column.value), short(column.threshold))
  return (
    <figure>
      <figcaption>
        <button type="button" className="link" title={column.name} onClick={onChoose}>
          {column.name}
        </button>
        <span className={column.drifted ? 'status warn' : 'soft'} style={{ whiteSpace: 'nowrap' }}>
          {numbers}
        </span>
      </figcaption>
      <Distributions column={column} names={props.names} height={130} />
    </figure>
  )
}

export function Distributions(props: { column: ColumnDrift; names: [string, string]; height: number }) {
  const { column, height } = props
  const [first, second] = props.names
  const option = useMemo(
    () => (palette: Palette) => driftOption(withShortLabels(column), palette, [first, second]),
    [column, first, second],
  )
  return <Chart label={`${clipped(column.name)}: ${first}, ${second}`} height={height} option={option} />
}
