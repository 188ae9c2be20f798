import { Button } from '@mantine/core'
import { Fragment, useMemo, useState } from 'react'
import { filterWords } from '../../../shared/lib/filter-words.ts'
import { formatCount, formatNumber, formatRange } from '../../../shared/lib/format.ts'
import { shorten } from '../../../shared/lib/shorten.ts'
import type { Adversarial, Examination, Fairness, Rate, WeakSlice } from '../../../shared/model/examination.ts'
import { metricName, metricRange } from '../../../shared/model/metrics.ts'
import type { DeviceChoice, Run } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import { adversarialOption, noiseOption } from '../../charts/noise.ts'
import type { Palette } from '../../charts/options.ts'
import { engine } from '../../client/engine.ts'
import { useCommands } from '../../components/commands.ts'
import { DeviceSelect } from '../../components/device-select.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { rowsAddress } from '../../components/rows-address.ts'
import { Checks, PinSlice } from './checks.tsx'
import { texts } from './texts.ts'
import { useTold } from './use-told.ts'
import { WorstWindows } from './worst-windows.tsx'

/** Mishaps that are listed; the others lose less. */
const shownMishaps = 30

/** Where the model fails: weak slices, groups, mishaps, single rows. Worked out once it is asked for. */
export function ExaminationPanel({ run }: { run: Run }) {
  const { told, start, job, error, isRunning, isLoading } = useTold('examine', run.run)
  const [device, setDevice] = useState<DeviceChoice>('cpu')
  const examine = () => void (isRunning || start(() => engine.runs.examine({ run: run.run, device })))
  useCommands(() => [{ ...texts.commands.examine(run.name), run: examine }])
  return (
    <Panel title={texts.examination} wide={told !== null}>
      <div className="body asks">
        <p className="soft">
          {told
            ? texts.examinedOn(
                formatCount(told.rows),
                formatCount(told.testRows),
                told.loss,
                short(told.base),
                told.device ?? 'cpu',
              )
            : texts.examinationHint}
        </p>
        <DeviceSelect value={device} onChange={setDevice} />
        <Button
          size="xs"
          variant={told ? 'default' : 'filled'}
          loading={isRunning}
          disabled={isLoading}
          onClick={examine}
        >
          {told ? texts.examineAgain : texts.examine}
        </Button>
      </div>
      <JobLine job={job} />
      <ErrorNotice error={error} />
      {(told?.warnings ?? []).map(warning => (
        <p key={warning} className="notice">
          {warning}
        </p>
      ))}
      {told && (
        <div className="examined">
          <Slices told={told} run={run} />
          <Checks key={told.checks?.map(({ check }) => check.check).join()} told={told} />
          {told.fairness.map(each => (
            <Groups key={each.column} told={each} loss={told.loss} />
          ))}
          <Mishaps told={told} />
          {told.adversarial && <Adversary told={told} adversarial={told.adversarial} />}
          {told.windows ? <WorstWindows windows={told.windows} run={run} /> : <SingleRows told={told} run={run} />}
        </div>
      )}
    </Panel>
  )
}

const short = (value: number) => formatNumber(value, 3)
const range = ([low, high]: [number, number]) => formatRange([short(low), short(high)])
const percent = (share: number) => `${(share * 100).toFixed(1)} %`
const whole = (share: number) => String(Math.round(share * 100))
const rate = (told: Rate) => (told ? `${percent(told.value)} (${told.interval.map(whole).join('–')})` : '–')
const rateText = (told: Rate) =>
  told
    ? texts.rateText(formatRange([percent(told.interval[0]), percent(told.interval[1])]), formatCount(told.rows))
    : texts.noRowsForRate

function Slices({ told, run }: { told: Examination; run: Run }) {
  return (
    <section>
      <h3>{texts.weakSlices}</h3>
      <p className="soft">
        {texts.slicesLooked(formatCount(told.looks), formatCount(told.tried))} {!run.forecast && texts.slicesOpen}
      </p>
      <List
        label={texts.weakSlices}
        items={told.slices}
        keyOf={({ where }) => JSON.stringify(where)}
        empty={texts.noSlices}
        columns={[
          {
            title: texts.slice,
            cell: ({ where }) =>
              // Rows of a forecast are none of the dataset's.
              run.forecast ? (
                filterWords(where)
              ) : (
                <Link to={rowsAddress(run.dataset, run.datasetVersion, { where })}>{filterWords(where)}</Link>
              ),
            text: ({ where }) => filterWords(where),
          },
          { title: texts.testRows, isNumber: true, cell: ({ rows }) => formatCount(rows) },
          { title: texts.meanLoss(told.loss), isNumber: true, cell: ({ loss }) => short(loss) },
          { title: texts.theOthers, isNumber: true, cell: ({ rest }) => short(rest) },
          { title: texts.riseInterval, isNumber: true, cell: ({ interval }) => range(interval) },
          ...(run.forecast
            ? []
            : [{ title: texts.pin, cell: (slice: WeakSlice) => <PinSlice slice={slice} run={run} /> }]),
        ]}
      />
    </section>
  )
}

function Groups({ told, loss }: { told: Fairness; loss: string }) {
  const isNumber = told.groups.some(({ bias }) => bias !== null)
  const isBinary = told.groups.some(({ selected }) => selected !== null)
  const rates = [
    ...(isNumber ? [] : ([['accuracy', texts.right]] as const)),
    ...(isBinary
      ? ([
          ['selected', texts.selected],
          ['truePositive', texts.truePositive],
          ['falsePositive', texts.falsePositive],
        ] as const)
      : []),
  ]
  return (
    <section>
      <h3 title={told.column}>{texts.byGroup(told.column)}</h3>
      <List
        label={texts.byGroup(told.column)}
        items={told.groups}
        keyOf={({ group }) => JSON.stringify(group)}
        empty={texts.noSlices}
        columns={[
          {
            title: texts.group,
            cell: ({ group }) => group ?? texts.missing,
            text: ({ group }) => group ?? texts.missing,
          },
          {
            title: texts.testRows,
            isNumber: true,
            cell: ({ rows, isSmall }) => (
              <>
                {isSmall && <span className="few">{texts.fewRows} </span>}
                {formatCount(rows)}
              </>
            ),
            text: ({ isSmall }) => (isSmall ? texts.fewRowsHint : ''),
          },
          ...rates.map(([key, title]) => ({
            title,
            isNumber: true,
            cell: (each: Fairness['groups'][number]) => rate(each[key]),
            text: (each: Fairness['groups'][number]) => rateText(each[key]),
          })),
          ...(isNumber
            ? [
                {
                  title: texts.meanError,
                  isNumber: true,
                  cell: ({ bias }: Fairness['groups'][number]) =>
                    bias ? `${short(bias.value)} (${range(bias.interval)})` : '–',
                },
              ]
            : []),
          {
            title: texts.riseAgainstOthers(loss),
            isNumber: true,
            cell: ({ rise, interval }) => `${short(rise)} (${range(interval)})`,
          },
        ]}
      />
    </section>
  )
}

function Mishaps({ told: { robustness, metric, loss } }: { told: Examination }) {
  const option = useMemo(
    () => (palette: Palette) =>
      noiseOption(robustness.noise, { x: texts.deviations, metric: metricName(metric) }, palette, metricRange(metric)),
    [robustness, metric],
  )
  return (
    <section>
      <h3>{texts.mishaps}</h3>
      <p className="soft">{texts.mishapsOn(formatCount(robustness.rows))}</p>
      <div className="beside">
        <List
          label={texts.mishaps}
          items={robustness.mishaps.slice(0, shownMishaps)}
          keyOf={({ mishap, column }) => `${mishap} ${column}`}
          empty={texts.noColumns}
          columns={[
            { title: texts.column, cell: ({ column }) => column, text: ({ column }) => column },
            { title: texts.mishap, cell: ({ mishap }) => texts.mishapNames[mishap] },
            { title: texts.rise(loss), isNumber: true, cell: ({ rise }) => short(rise) },
            { title: texts.interval, isNumber: true, cell: ({ interval }) => range(interval) },
          ]}
        />
        <Chart label={texts.noiseChart(metricName(metric))} height={240} option={option} />
      </div>
    </section>
  )
}

function Adversary({ told: { metric }, adversarial }: { told: Examination; adversarial: Adversarial }) {
  const option = useMemo(
    () => (palette: Palette) =>
      adversarialOption(
        adversarial,
        { ...texts.pushes, x: texts.pushSize, metric: metricName(metric) },
        palette,
        metricRange(metric),
      ),
    [adversarial, metric],
  )
  return (
    <section>
      <h3>{texts.adversary}</h3>
      <p className="soft">{texts.adversaryHint(formatCount(adversarial.rows))}</p>
      <Chart label={texts.adversaryChart(metricName(metric))} height={240} option={option} />
    </section>
  )
}

function SingleRows({ told, run }: { told: Examination; run: Run }) {
  const { membership } = told
  const named = (value: string | number) => (typeof value === 'number' ? short(value) : value)
  const likeness = (row: Examination['worst'][number]) =>
    row.nearest.map(({ row: place, truth }) => `${formatCount(place + 1)}: ${named(truth)}`).join(', ')
  const address = (among: number[]) => rowsAddress(run.dataset, run.datasetVersion, { among })
  return (
    <section>
      <h3>{texts.worstRows}</h3>
      <p className="soft">
        {membership
          ? texts.membership(short(membership.auc), range(membership.interval), membership.interval[0] > 0.6)
          : texts.noMembership}{' '}
        {run.task !== 'regression' && texts.labelErrors(formatCount(told.likelyLabelErrors), formatCount(told.rows))}
      </p>
      <List
        label={texts.worstRows}
        items={told.worst}
        keyOf={({ row }) => String(row)}
        empty={texts.noSlices}
        columns={[
          {
            title: texts.shownRow,
            isNumber: true,
            cell: ({ row, nearest }) => (
              <Link to={address([row, ...nearest.map(each => each.row)])} title={texts.openBeside(nearest.length)}>
                {formatCount(row + 1)}
              </Link>
            ),
          },
          { title: texts.truth, cell: ({ truth }) => named(truth), text: ({ truth }) => String(truth) },
          { title: texts.said, cell: ({ predicted }) => named(predicted), text: ({ predicted }) => String(predicted) },
          {
            title: texts.probability,
            isNumber: true,
            cell: ({ probability }) => (probability === null ? '–' : percent(probability)),
          },
          { title: texts.loss, isNumber: true, cell: ({ loss }) => short(loss) },
          { title: texts.label, cell: ({ isLikelyLabelError }) => (isLikelyLabelError ? texts.likelyWrong : '') },
          {
            title: texts.nearestRows,
            cell: ({ nearest }) => (
              <span className="likeness">
                {nearest.map(({ row, truth }, i) => (
                  <Fragment key={row}>
                    {i > 0 && ', '}
                    <Link to={address([row])}>{formatCount(row + 1)}</Link>: {shorten(named(truth), 12)}
                  </Fragment>
                ))}
              </span>
            ),
            text: likeness,
          },
        ]}
      />
    </section>
  )
}
