import { formatCount, formatNumber } from '../../../shared/lib/format.ts'
import type { ForecastWindow } from '../../../shared/model/examination.ts'
import type { Run } from '../../../shared/model/run.ts'
import { List } from '../../components/list.tsx'
import { timeWords } from './forecast-panel.tsx'
import { texts } from './texts.ts'

const short = (value: number) => formatNumber(value, 3)

/** From where a forecast went most wrong, beside the value of one season before. */
export function WorstWindows({ windows, run }: { windows: ForecastWindow[]; run: Run }) {
  const isDate = run.findings?.kind === 'forecast' && run.findings.isDate
  return (
    <section>
      <h3>{texts.worstWindows}</h3>
      <p className="soft">{texts.worstWindowsHint}</p>
      <List
        label={texts.worstWindows}
        items={windows}
        keyOf={({ series, after }) => `${series} ${after}`}
        empty={texts.noSlices}
        columns={[
          ...(run.forecast?.series === undefined
            ? []
            : [{ title: texts.series, cell: ({ series }: ForecastWindow) => series }]),
          { title: texts.foretoldAfter, cell: ({ after }) => timeWords(after, isDate) },
          { title: texts.stepsForetold, isNumber: true, cell: ({ rows }) => formatCount(rows) },
          { title: texts.meanLoss('squared-error'), isNumber: true, cell: ({ loss }) => short(loss) },
          {
            title: texts.seasonalNaive,
            isNumber: true,
            cell: ({ naiveLoss }) => (naiveLoss === null ? '–' : short(naiveLoss)),
          },
        ]}
      />
    </section>
  )
}
