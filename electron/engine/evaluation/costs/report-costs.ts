import type { CostDifference, CostedAnswer, CostReport, Costs, NumberCosts } from '../../../../shared/model/costs.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { bootstrap, choosePositions, percentileInterval, rowsForSpread } from '../bootstrap.ts'
import type { Predictions } from '../scored-rows.ts'
import { costOfError, ShiftSearch } from './best-shift.ts'
import { cheapestClasses, cheapestConstant, fitThreshold, probableClasses } from './class-decisions.ts'

const resamples = 1000
const shiftResamples = 400
/** On fewer rows a percentile interval is too narrow to call anything a difference. */
const leastRows = 10
/** Of fewer rows with half of the cost an interval says too little. */
const fewDearRows = 5

type Answers = Pick<Predictions, 'truth' | 'predictions'>

export interface CostsInput {
  costs: Costs
  classes: readonly string[]
  /** What is set is found on these only, and what it costs is told of `test` only. */
  validation: Answers
  test: Answers
  /** Whether the model learned from the validation rows, so that its answers to them say nothing of others. */
  isRefit: boolean
  seed: number
  signal?: AbortSignal
}

/** An answer to every test row, by what each costs. */
type Costed = Pick<CostedAnswer, 'answer' | 'set' | 'setInterval'> & { each: Float64Array }

/**
 * What errors cost on test rows: the answers as they are, those that the costs suggest, and the best constant one, held against each other on
 * 1,000 seeded resamples of the rows.
 */
export async function reportCosts(input: CostsInput): Promise<Omit<CostReport, 'run' | 'costs' | 'classes'>> {
  const { costs, test, validation, seed, signal, isRefit } = input
  const random = new Pcg32(seed)
  const ways =
    costs.kind === 'classes' ? costClasses(input, costs.matrix, random) : await costNumbers(input, costs, random)
  const warnings: string[] = []
  if (isRefit && (costs.kind === 'numbers' || input.classes.length === 2)) {
    const what = costs.kind === 'numbers' ? 'shift' : 'threshold'
    warnings.push(
      `It learned from its validation rows too, so no rows are left to find a ${what} by: train it without --refit for one`,
    )
  }
  if (ways.some(({ answer, each }) => answer !== 'constant' && dearRows(each) < fewDearRows)) {
    warnings.push(
      `Half of what errors cost comes from fewer than ${fewDearRows} test rows: the true cost may well lie outside its interval`,
    )
  }
  const answers = await holdAgainstEachOther(ways, random, signal)
  return { rows: test.truth.length, validationRows: validation.truth.length, answers, warnings }
}

function costClasses({ classes, validation, test, isRefit }: CostsInput, matrix: number[][], random: Pcg32): Costed[] {
  const classCount = classes.length
  const cost = (answered: ArrayLike<number>) => Float64Array.from(test.truth, (j, row) => matrix[j]![answered[row]!]!)
  const constant = cheapestConstant(validation.truth, matrix)
  const ways: Costed[] = [
    { ...asItIs, each: cost(probableClasses(test.predictions, classCount)) },
    { answer: 'cheapest', set: null, setInterval: null, each: cost(cheapestClasses(test.predictions, matrix)) },
  ]
  if (classCount === 2 && !isRefit) {
    const fitted = fitThreshold({ ...validation, classCount }, matrix, () => random.nextFloat())
    const { threshold, interval } = fitted
    const each = cost(fitted.answer(test.predictions))
    ways.push({ answer: 'threshold', set: threshold, setInterval: interval, each })
  }
  const always = cost(new Int32Array(test.truth.length).fill(constant))
  return [...ways, { answer: 'constant', set: classes[constant]!, setInterval: null, each: always }]
}

async function costNumbers(
  { validation, test, isRefit, signal }: CostsInput,
  prices: NumberCosts,
  random: Pcg32,
): Promise<Costed[]> {
  const cost = (answerOf: (row: number) => number) =>
    Float64Array.from(test.truth, (value, row) => costOfError(answerOf(row) - value, prices))
  const ways: Costed[] = [{ ...asItIs, each: cost(row => test.predictions[row]!) }]
  if (!isRefit) {
    const residuals = validation.truth.map((value, row) => value - validation.predictions[row]!)
    const { shift, interval } = await findShift(residuals, prices, random, signal)
    const each = cost(row => test.predictions[row]! + shift)
    ways.push({ answer: 'shifted', set: shift, setInterval: interval, each })
  }
  const { shift: value, interval } = await findShift(validation.truth, prices, random, signal)
  return [...ways, { answer: 'constant', set: value, setInterval: interval, each: cost(() => value) }]
}

const asItIs = { answer: 'as-it-is', set: null, setInterval: null } as const

/** The best shift for residuals truth − answer, and where it lies in 95 of 100 resamples of them. */
async function findShift(residuals: Float64Array, prices: NumberCosts, random: Pcg32, signal?: AbortSignal) {
  const shift = new ShiftSearch(residuals, prices).find(ones(residuals.length))
  // Several places a row are looked at, so fewer rows than for a mean.
  const chosen = rowsForSpread(residuals.length, 100)
  const positions = choosePositions(residuals.length, chosen, random)
  const search = new ShiftSearch(
    Float64Array.from(positions, row => residuals[row]!),
    prices,
  )
  const weights = ones(chosen)
  const center = search.find(weights)
  const options = { resamples: shiftResamples, random, signal }
  const [found] = await bootstrap(weights, () => [search.find(weights)], options)
  const narrowing = Math.sqrt(chosen / residuals.length)
  return {
    shift,
    interval: percentileInterval(found!, shiftResamples, { drawn: chosen, center, estimate: shift, narrowing }),
  }
}

const ones = (count: number) => new Uint16Array(count).fill(1)

/** The fewest rows that bear half of the cost; all where nothing costs. */
function dearRows(each: Float64Array): number {
  const dear = each.filter(cost => cost > 0).sort()
  let left = dear.reduce((sum, cost) => sum + cost, 0) / 2
  for (let count = 1; count <= dear.length; count += 1) {
    left -= dear[dear.length - count]!
    if (left <= 0) return count
  }
  return each.length
}

async function holdAgainstEachOther(ways: Costed[], random: Pcg32, signal?: AbortSignal): Promise<CostedAnswer[]> {
  const rows = ways[0]!.each.length
  const chosen = rowsForSpread(rows, ways.length)
  const positions = choosePositions(rows, chosen, random)
  const picked = ways.map(({ each }) => Float64Array.from(positions, row => each[row]!))
  const weights = ones(chosen)
  const last = ways.length - 1
  /** The cost of each, then of each less the first and less the last. */
  const quantities = (costs: number[]) => [
    ...costs,
    ...costs.map(cost => cost - costs[0]!),
    ...costs.map(cost => cost - costs[last]!),
  ]
  const measure = () => quantities(picked.map(each => weightedMean(each, weights)))
  const estimates = quantities(ways.map(({ each }) => each.reduce((sum, cost) => sum + cost, 0) / rows))
  const centers = measure()
  const values = await bootstrap(weights, measure, { resamples, random, signal })
  const narrowing = Math.sqrt(chosen / rows)
  const intervalOf = (at: number) => {
    const told = { drawn: chosen, center: centers[at]!, estimate: estimates[at]!, narrowing }
    return percentileInterval(values[at]!, resamples, told)!
  }
  const difference = (at: number): CostDifference => {
    const interval = intervalOf(at)
    return { difference: estimates[at]!, interval, verdict: rows < leastRows ? 'within noise' : verdictOf(interval) }
  }
  return ways.map(({ each: _, ...way }, i) => ({
    ...way,
    ...{ cost: estimates[i]!, interval: intervalOf(i) },
    againstAsItIs: i === 0 ? null : difference(ways.length + i),
    againstConstant: i === last ? null : difference(2 * ways.length + i),
  }))
}

function weightedMean(values: Float64Array, weights: Uint16Array): number {
  let sum = 0
  for (let row = 0; row < values.length; row += 1) sum += weights[row]! * values[row]!
  return sum / values.length
}

function verdictOf([low, high]: CostDifference['interval']): CostDifference['verdict'] {
  if (low <= 0 && high >= 0) return 'within noise'
  return high < 0 ? 'better' : 'worse'
}
