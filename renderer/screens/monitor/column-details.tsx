import { formatCount } from '../../../shared/lib/format.ts'
import type { ColumnDrift, DriftReport } from '../../../shared/model/monitoring.ts'
import { List } from '../../components/list.tsx'
import { Distributions } from './column-figure.tsx'
import { Fact } from './fact.tsx'
import { percent, short } from './numbers.ts'
import { texts } from './texts.ts'

/** One column with everything that is known of it: both distributions, every statistic, rows and noise. */
export function ColumnDetails(props: { report: DriftReport; column: ColumnDrift; names: [string, string] }) {
  const { report, column, names } = props
  const rows = report.explained.flatMap(statistic => {
    const { [statistic.id]: value } = column.statistics
    return value === undefined ? [] : [{ ...statistic, value, threshold: column.thresholds[statistic.id]! }]
  })
  return (
    <div className="column-details">
      <h3 title={column.name}>
        <bdi>{column.name}</bdi>
      </h3>
      <div>
        <p className="soft series">
          <span>
            <i className="first" /> {names[0]}
          </span>
          <span>
            <i className="second" /> {names[1]}
          </span>
        </p>
        <Distributions column={column} names={names} height={240} />
        <dl className="facts">
          <Fact name={texts.rowsSeen} value={formatCount(column.rows)} />
          <Fact name={texts.referenceRows} value={formatCount(column.referenceRows)} />
          <Fact
            name={texts.missingShare}
            value={`${percent(column.missing.reference)} → ${percent(column.missing.current)}`}
          />
          <Fact name={texts.moved} value={percent(column.effectSize)} hint={texts.movedHint} />
        </dl>
      </div>
      <List
        label={`${texts.statistics}: ${names.join(', ')}`}
        items={rows}
        keyOf={({ id }) => id}
        isChosen={({ id }) => id === column.statistic}
        empty={texts.noSuchColumn}
        columns={[
          { title: texts.statistic, cell: ({ name }) => name, text: ({ help }) => help },
          {
            title: texts.value,
            isNumber: true,
            cell: ({ value }) => short(value),
            text: ({ value }) => String(value),
          },
          {
            title: texts.noise,
            isNumber: true,
            cell: ({ id, measure }) => (measure === 'distance' && id in column.noise ? short(column.noise[id]!) : '–'),
            text: () => texts.noiseHint,
          },
          {
            title: texts.thresholdTitle,
            isNumber: true,
            cell: ({ threshold, measure }) =>
              measure === 'distance' ? short(threshold) : texts.below(short(threshold)),
          },
          {
            title: texts.verdict,
            cell: ({ id, value, threshold, measure }) => {
              if (!report.enoughRows || column.rows === 0) return <span className="soft">{texts.cell.few}</span>
              const isDrift = measure === 'distance' ? value >= threshold : value < threshold
              return (
                <span className={isDrift ? 'status warn' : 'status good'}>
                  {isDrift ? texts.drifted : texts.notDrifted}
                  {id === column.statistic && `, ${texts.decides}`}
                </span>
              )
            },
          },
        ]}
      />
    </div>
  )
}
