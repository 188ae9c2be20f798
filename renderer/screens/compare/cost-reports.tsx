import { Button } from '@mantine/core'
import { formatCount, formatNumber, formatRange } from '../../../shared/lib/format.ts'
import type { CostDifference, CostedAnswer, CostReport, Costs } from '../../../shared/model/costs.ts'
import type { Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { type Column, List } from '../../components/list.tsx'
import { texts } from './texts.ts'

/** Costs are told for so many rows. */
export const perRows = 1000

export const amount = (cost: number) => rounded(cost * perRows)

export const range = ([low, high]: [number, number], shown: (value: number) => string) =>
  formatRange([shown(low), shown(high)])

function rounded(value: number): string {
  const told = Number(value.toPrecision(4))
  return Number.isInteger(told) ? formatCount(told).replace(/^-/, '−') : formatNumber(told, 4)
}

/** What was worked out last of a run, with the costs as they were typed in. */
export async function newestCosts({ run }: Run): Promise<CostReport | null> {
  const { jobs } = await engine.jobs.list({ kind: 'costs', state: 'done', subject: `run:${run}`, limit: 1 })
  if (!jobs[0]) return null
  return (await engine.jobs.result({ job: jobs[0].job })).result as CostReport
}

/** What the errors of each run cost on its test rows, worked out when it is asked for. `costs` is null where they are no numbers. */
export function CostReports(props: {
  runs: Run[]
  names: string[]
  known: (CostReport | null)[]
  costs: Costs | null
  ended(): void
}) {
  const { runs, names, known, costs, ended } = props
  const { start, job, error, isRunning } = useJob<'costs'>()
  const able = runs.filter(run => run.bundleDigest !== null && run.forecast === null)
  const begin = async (asked: Costs) => {
    for (const { run } of able) if (!(await start(() => engine.runs.costs({ run, costs: asked })))) break
    ended()
  }
  const told = known.flatMap((report, i) => (report ? [{ report, name: names[i]! }] : []))
  const items = told.flatMap(({ report, name }) => report.answers.map(answer => ({ name, report, answer })))
  const warnings = [...new Set(told.flatMap(({ report }) => report.warnings))]
  const isOther = told.some(({ report }) => JSON.stringify(report.costs) !== JSON.stringify(costs))
  return (
    <section className="cost-report" aria-label={texts.costReport}>
      <p className="soft">
        {texts.reportHint}
        {runs[0]!.classes.length > 0 && ` ${texts.cheapestHint}`}
      </p>
      <Button
        size="xs"
        disabled={costs === null || able.length === 0}
        loading={isRunning}
        onClick={() => costs && void begin(costs)}
      >
        {texts.workOutCosts}
      </Button>
      {costs === null && <p className="bad">{texts.noAmount}</p>}
      <JobLine job={isRunning ? job : null} />
      <ErrorNotice error={error} />
      {isOther && <p>{texts.otherCosts}</p>}
      {warnings.map(warning => (
        <p key={warning}>{warning}</p>
      ))}
      {items.length > 0 && (
        <List
          label={texts.costReport}
          items={items}
          keyOf={({ name, answer }) => `${name} ${answer.answer}`}
          empty={texts.noneMatches}
          columns={columns}
        />
      )}
    </section>
  )
}

interface Item {
  name: string
  report: CostReport
  answer: CostedAnswer
}

const columns: Column<Item>[] = [
  { title: texts.run, cell: ({ name }) => name, text: ({ name }) => name },
  { title: texts.answerGiven, cell: answerText, text: answerText },
  { title: texts.costOfRows(perRows), isNumber: true, cell: ({ answer }) => amount(answer.cost) },
  { title: texts.interval, isNumber: true, cell: ({ answer }) => range(answer.interval, amount) },
  { title: texts.againstAsItIs, isNumber: true, cell: ({ answer }) => difference(answer.againstAsItIs) },
  { title: texts.againstConstant, isNumber: true, cell: ({ answer }) => difference(answer.againstConstant) },
]

function answerText({ report: { classes }, answer: { answer, set, setInterval } }: Item): string {
  const { answers } = texts
  if (answer === 'as-it-is') return classes.length ? answers.mostProbable : answers.asItIs
  if (answer === 'cheapest') return answers.cheapest
  if (typeof set === 'string') return answers.constant(set)
  const value = rounded(set ?? 0)
  const at = setInterval ? `${value} (${range(setInterval, rounded)})` : value
  if (answer === 'threshold') return answers.threshold(classes[1]!, at)
  return answer === 'shifted' ? answers.shifted(at) : answers.constantNumber(at)
}

function difference(told: CostDifference | null) {
  if (!told) return ''
  const sign = told.difference > 0 ? '+' : ''
  const tone = { better: 'good', worse: 'bad', 'within noise': undefined }[told.verdict]
  return (
    <>
      {`${sign}${amount(told.difference)} (${range(told.interval, amount)}), `}
      <span className={tone}>{texts.costVerdicts[told.verdict]}</span>
    </>
  )
}
