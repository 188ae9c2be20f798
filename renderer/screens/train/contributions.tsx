import { NativeSelect, NumberInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { formatCount, formatNumber } from '../../../shared/lib/format.ts'
import type { ColumnType } from '../../../shared/model/dataset.ts'
import type { TreeContributions } from '../../../shared/model/explanation.ts'
import { beeswarmOption, swarmHeight } from '../../charts/beeswarm.ts'
import { Chart } from '../../charts/chart.tsx'
import { ClickableChart } from '../../charts/clickable.tsx'
import type { Palette } from '../../charts/options.ts'
import { ContributionList } from '../../components/contribution-list.tsx'
import { timeWords } from './forecast-panel.tsx'
import { texts } from './texts.ts'

const shortNumber = (value: number) => formatNumber(value, 3)

/** What each column adds to the answers of the test rows: all of them as dots, and one of them column by column. */
export function Contributions({ told }: { told: TreeContributions }) {
  const [output, setOutput] = useState(() => largestOutput(told))
  const [row, setRow] = useState(0)
  const shown = useMemo(() => {
    const own = told.columns.filter(({ contributions }) => contributions.length > 0)
    return own.toSorted((a, b) => b.means[output]! - a.means[output]!)
  }, [told, output])
  const option = useMemo(
    () => (palette: Palette) =>
      beeswarmOption(
        shown.map(({ column, type, contributions, values }) => ({
          ...{ name: column, contributions: contributions[output]!, values },
          words: value => valueWords(value, type),
        })),
        { x: texts.adds(told.scale), value: texts.value, missing: texts.missing, chosen: row },
        palette,
      ),
    [shown, output, row, told.scale],
  )
  const nearest = (across: number, up: number) => {
    const own = shown[Math.round(up)]?.contributions[output]
    if (!own) return
    let best = 0
    own.forEach((value, i) => {
      if (Math.abs(value - across) < Math.abs(own[best]! - across)) best = i
    })
    setRow(best)
  }
  const name = told.outputs[output]!
  const answer = told.answers[output]![row]!
  const base = told.base[output]!
  const parts = shown.map(({ column, type, contributions, values }) => ({
    column,
    own: values[row] == null ? texts.missing : valueWords(values[row], type),
    value: contributions[output]![row]!,
  }))
  const others =
    shown.length < told.columns.length ? answer - base - parts.reduce((sum, { value }) => sum + value, 0) : 0
  return (
    <div className="contributed">
      <div className="swarm">
        <div className="tools">
          <h3>{texts.contributions}</h3>
          {told.outputs.length > 1 && (
            <NativeSelect
              size="xs"
              label={texts.towards}
              data={told.outputs.map((label, k) => ({ value: String(k), label }))}
              value={output}
              onChange={event => setOutput(Number(event.currentTarget.value))}
            />
          )}
          <NumberInput
            size="xs"
            label={texts.shownRow}
            description={texts.ofShownRows(formatCount(told.shown.length))}
            min={1}
            max={told.shown.length}
            clampBehavior="strict"
            allowDecimal={false}
            value={row + 1}
            onChange={value => typeof value === 'number' && setRow(Math.max(0, value - 1))}
          />
        </div>
        <ClickableChart onPlace={nearest}>
          <Chart label={texts.swarm(name)} height={swarmHeight(shown.length)} option={option} />
        </ClickableChart>
        <p className="soft">{texts.swarmHint(formatCount(told.rows), told.columns.length - shown.length)}</p>
      </div>
      <ContributionList
        label={texts.rowOf(told.shown[row]!)}
        title={texts.rowOf(told.shown[row]!)}
        from={texts.fromBase(shortNumber(base), shortNumber(answer), name, told.scale)}
        parts={parts}
        others={others}
        note={texts.exactTrees}
        show={shortNumber}
        error={shortNumber}
        more={texts.moreColumns}
        otherColumns={texts.otherColumns}
      />
    </div>
  )
}

function valueWords(value: number | string, type: ColumnType | undefined): string {
  if (typeof value === 'string') return value
  return type === 'date' || type === 'datetime' ? timeWords(value, true) : String(value)
}

/** The output whose answers the columns move most. */
function largestOutput({ outputs, columns }: TreeContributions): number {
  const sizes = outputs.map((_, k) => columns.reduce((sum, { means }) => sum + means[k]!, 0))
  return sizes.indexOf(Math.max(...sizes))
}
