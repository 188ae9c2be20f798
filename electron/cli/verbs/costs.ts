import { readFile } from 'node:fs/promises'
import { InvalidArgumentError } from 'commander'
import { z } from 'zod'
import type { LatheClient } from '../../../shared/contract/client.ts'
import { AppError } from '../../../shared/errors.ts'
import type { CostDifference, CostedAnswer, CostReport, Costs } from '../../../shared/model/costs.ts'
import type { Run } from '../../../shared/model/run.ts'
import { absolute, collectText } from '../options.ts'
import { oneLine, textTable } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

interface Flags {
  cost?: string[]
  table?: string
  over?: number
  under?: number
  tolerance?: number
  beyond?: number
}

/** Costs are told for so many rows. */
const perRows = 1000

export const costsVerb = defineVerb<Flags>({
  name: 'costs',
  summary: "what a run's errors cost, and how to answer so that they cost less; what was told last without options",
  arguments: '<run>',
  configure(command) {
    command
      .option(
        '--cost <TRUE:ANSWERED=COST>',
        'of a row of one class that is answered by another (repeat); 1 when left out, and 0 for a right answer',
        collectText,
      )
      .option('--table <file>', 'the same as JSON: {"true class": {"answered class": cost}}')
      .option('--over <cost>', 'of numbers: of each unit that an answer is too high', price)
      .option('--under <cost>', 'of each unit that it is too low', price)
      .option('--tolerance <units>', 'what an answer may be off without the cost of --beyond', price)
      .option('--beyond <cost>', 'of every answer that is off by more, on top', price)
  },
  examples: [
    "lathe costs RUN --cost 'malignant:benign=50'",
    'lathe costs RUN --over 1 --under 4 --tolerance 10 --beyond 20',
    'lathe costs RUN',
  ],
  async run(context, [reference], flags) {
    const client = await context.client()
    const run = await client.runs.get({ run: reference! })
    const costs = await typedCosts(run, flags)
    const told = costs
      ? await context.finish('costs', await client.runs.costs({ run: run.run, costs }))
      : await newestOf(run, client)
    told.warnings.forEach(context.say)
    return reportAnswer(told)
  },
})

/** What was worked out last. Throws `bad-input` where nothing was. */
async function newestOf({ run, task }: Run, client: LatheClient): Promise<CostReport> {
  const { jobs } = await client.jobs.list({ kind: 'costs', state: 'done', subject: `run:${run}`, limit: 1 })
  if (jobs[0]) return (await client.jobs.result({ job: jobs[0].job })).result as CostReport
  throw new AppError('bad-input', `Nothing says yet what errors of the run ${run} cost`, {
    mend: task === 'regression' ? 'Give --over and --under.' : 'Give --cost TRUE:ANSWERED=COST.',
  })
}

function price(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1e12)) {
    throw new InvalidArgumentError('It takes a number from 0 on.')
  }
  return value
}

/** Null where none are typed in. Throws `bad-input` for what is no cost, and for classes that the run has not. */
async function typedCosts({ run, task, classes }: Run, flags: Flags): Promise<Costs | null> {
  const { cost, table, over, under, tolerance = 0, beyond = 0 } = flags
  if (cost === undefined && table === undefined) {
    const isTyped = [over, under, flags.tolerance, flags.beyond].some(value => value !== undefined)
    return isTyped ? { kind: 'numbers', over: over ?? 0, under: under ?? 0, tolerance, beyond } : null
  }
  if (task === 'regression') {
    throw new AppError('bad-input', `The run ${run} answers numbers, not classes`, { mend: 'Give --over and --under.' })
  }
  const matrix = classes.map((_, j) => classes.map((_, k) => Number(j !== k)))
  const set = (truth: string, answer: string, value: number) => {
    const [j, k] = [classes.indexOf(truth), classes.indexOf(answer)]
    if (j < 0 || k < 0) throw noClass(j < 0 ? truth : answer, classes)
    matrix[j]![k] = value
  }
  if (table !== undefined) {
    for (const [truth, row] of Object.entries(await readTableOfCosts(table))) {
      for (const [answer, value] of Object.entries(row)) set(truth, answer, value)
    }
  }
  for (const text of cost ?? []) set(...partsOf(text, classes))
  return { kind: 'classes', matrix }
}

/** Class names may themselves hold `:` and `=`. */
function partsOf(text: string, classes: readonly string[]): [truth: string, answer: string, cost: number] {
  const equals = text.lastIndexOf('=')
  const [pair, told] = [text.slice(0, equals), text.slice(equals + 1)]
  const value = Number(told)
  if (equals < 0 || told.trim() === '' || !Number.isFinite(value)) {
    throw new AppError('bad-input', `"${text}" is no cost of an error`, {
      mend: "Write TRUE:ANSWERED=COST, such as 'malignant:benign=50'.",
    })
  }
  const pairs = classes.flatMap(truth => classes.map(answer => [truth, answer] as const))
  const found = pairs.find(([truth, answer]) => `${truth}:${answer}` === pair)
  if (!found) throw noClass(pair, classes)
  return [...found, value]
}

function noClass(name: string, classes: readonly string[]): AppError {
  const known = classes.slice(0, 10).map(oneLine).join(', ')
  return new AppError('bad-input', `The run does not know "${oneLine(name)}"`, {
    mend: `Write TRUE:ANSWERED=COST of its classes: ${known}${classes.length > 10 ? ' …' : ''}.`,
  })
}

async function readTableOfCosts(file: string): Promise<Record<string, Record<string, number>>> {
  try {
    return z
      .record(z.string(), z.record(z.string(), z.number()))
      .parse(JSON.parse(await readFile(absolute(file), 'utf8')))
  } catch (cause) {
    throw new AppError('bad-file', `${file} holds no table of costs`, {
      cause,
      mend: 'Write JSON such as {"malignant": {"benign": 50}, "benign": {"malignant": 1}}.',
    })
  }
}

function reportAnswer(told: CostReport) {
  const { answers, rows, validationRows, costs, classes } = told
  const interval = ([low, high]: readonly [number, number]) => `[${amount(low)}, ${amount(high)}]`
  const against = (each: CostDifference | null) =>
    each
      ? `${each.difference > 0 ? '+' : ''}${amount(each.difference)} ${interval(each.interval)} ${words[each.verdict]}`
      : ''
  const table = textTable(
    answers,
    [
      { title: 'answer', value: each => answerWords(each, classes), isWhole: true },
      { title: `cost of ${number(perRows)} rows`, value: ({ cost }) => amount(cost), right: true },
      { title: '95 % interval', value: each => interval(each.interval) },
      { title: 'against as it is', value: ({ againstAsItIs }) => against(againstAsItIs) },
      { title: 'against always the same', value: ({ againstConstant }) => against(againstConstant) },
    ],
    'No answers',
  )
  const where = `On ${number(rows)} test rows; what is set was found on ${number(validationRows)} validation rows.`
  return { json: told, text: `${costsText(costs, classes)}\n\n${table}\n\n${where}` }
}

const words = { better: 'cheaper', worse: 'dearer', 'within noise': 'within noise' }
const amount = (cost: number) => number(Number((cost * perRows).toPrecision(4)))

function answerWords({ answer, set, setInterval }: CostedAnswer, classes: readonly string[]): string {
  const value = typeof set === 'number' ? number(set) : oneLine(set ?? '')
  const at = setInterval ? `${value} [${setInterval.map(number).join(', ')}]` : value
  if (answer === 'as-it-is') return classes.length ? 'the most probable class' : 'as it is'
  if (answer === 'cheapest') return 'the class of the least expected cost'
  if (answer === 'threshold') return `${oneLine(classes[1]!)} from a probability of ${at} on`
  return answer === 'shifted' ? `shifted by ${at}` : `always ${at}`
}

function costsText(costs: Costs, classes: readonly string[]): string {
  if (costs.kind === 'numbers') {
    const { over, under, tolerance, beyond } = costs
    const fixed = beyond > 0 ? `, and ${number(beyond)} for being off by more than ${number(tolerance)}` : ''
    return `A unit too high costs ${number(over)}, a unit too low ${number(under)}${fixed}`
  }
  const table = textTable(
    costs.matrix.map((row, j) => ({ label: classes[j]!, row })),
    [
      { title: 'true \\ answered', value: ({ label }) => oneLine(label) },
      ...classes.map((label, k) => ({
        title: oneLine(label),
        value: ({ row }: { label: string; row: number[] }) => number(row[k]),
        right: true,
      })),
    ],
    'No classes',
  )
  return `What each answer costs:\n\n${table}`
}
