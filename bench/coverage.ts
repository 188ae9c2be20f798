import { writeFileSync } from 'node:fs'
import { type EvaluateInput, evaluate, measure, metricsOf } from '../electron/engine/evaluation/index.ts'
import { Pcg32 } from '../electron/engine/numerics/index.ts'
import type { Task } from '../shared/model/run.ts'

/**
 * `npm run bench coverage [SIMULATIONS] [--json FILE]`: how often the 95 % bootstrap intervals of the metrics hold the true value, which is that of a
 * million rows of the same kind. Each simulation draws the test rows of a model that is neither right nor well calibrated, and evaluates it. Between 93 %
 * and 97 % is what an interval promises; of 1,000 simulations the share itself is good to 1.4 points.
 */
const simulations = Number(process.argv[2] ?? 1000)
const jsonAt = process.argv.indexOf('--json')
const many = 1_000_000
const sizes = [100, 500, 2000]

type Drawn = Omit<EvaluateInput, 'seed'>

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))

/** Scores that are surer than they should be, of a class that a third of the rows are of. */
function drawBinary(rows: number, random: Pcg32): Drawn {
  const truth = new Float64Array(rows)
  const predictions = new Float32Array(2 * rows)
  for (let row = 0; row < rows; row += 1) {
    const z = 1.5 * random.nextGaussian() - 0.8
    truth[row] = Number(random.nextFloat() < sigmoid(0.8 * z + 0.2))
    predictions[2 * row + 1] = sigmoid(z)
    predictions[2 * row] = 1 - predictions[2 * row + 1]!
  }
  return { task: 'binary', classes: ['no', 'yes'], truth, predictions }
}

/** Four classes, one of them rare. */
function drawMulticlass(rows: number, random: Pcg32): Drawn {
  const classes = ['a', 'b', 'c', 'd']
  const truth = new Float64Array(rows)
  const predictions = new Float32Array(4 * rows)
  for (let row = 0; row < rows; row += 1) {
    const scores = classes.map((_, k) => 1.2 * random.nextGaussian() - (k === 3 ? 1 : 0))
    const share = (sharpness: number) => {
      const powers = scores.map(score => Math.exp(sharpness * score))
      const sum = powers.reduce((total, power) => total + power, 0)
      return powers.map(power => power / sum)
    }
    let left = random.nextFloat()
    truth[row] = 3
    for (const [k, chance] of share(0.8).entries()) {
      left -= chance
      if (left >= 0) continue
      truth[row] = k
      break
    }
    predictions.set(share(1), 4 * row)
  }
  return { task: 'multiclass', classes, truth, predictions }
}

/** Values whose errors are wider where the values are high; all far from 0, for of values around it the percentage error has no mean that could be held. */
function drawRegression(rows: number, random: Pcg32): Drawn {
  const truth = new Float64Array(rows)
  const predictions = new Float32Array(rows)
  for (let row = 0; row < rows; row += 1) {
    const z = random.nextGaussian()
    predictions[row] = 100 + 9 * z
    truth[row] = 100 + 10 * z + (4 + 0.5 * Math.abs(z)) * random.nextGaussian()
  }
  return { task: 'regression', classes: [], truth, predictions }
}

const kinds: { task: Task; draw(rows: number, random: Pcg32): Drawn }[] = [
  { task: 'binary', draw: drawBinary },
  { task: 'multiclass', draw: drawMulticlass },
  { task: 'regression', draw: drawRegression },
]
const lines: string[] = []
console.log(`task, metric | true value | ${sizes.map(rows => `${rows} rows`).join(' | ')}`)
for (const { task, draw } of kinds) {
  const whole = draw(many, new Pcg32(1, 99))
  // Those of forecasts and of quantiles have no value here.
  const trueValues = new Map(
    metricsOf(task).flatMap(({ id }) => {
      const value = measure(id, whole)
      return value === null ? [] : [[id, value] as const]
    }),
  )
  const covered = new Map([...trueValues.keys()].map(id => [id, sizes.map(() => 0)]))
  for (const [at, rows] of sizes.entries()) {
    for (let simulation = 0; simulation < simulations; simulation += 1) {
      const { intervals } = await evaluate({ ...draw(rows, new Pcg32(simulation + 1, at)), seed: simulation })
      for (const [id, counts] of covered) {
        const [interval, value] = [intervals[id], trueValues.get(id)]
        if (interval && value !== undefined && interval[0] <= value && value <= interval[1]) counts[at]! += 1
      }
    }
  }
  for (const [id, counts] of covered) {
    const shares = counts.map(count => count / simulations)
    console.log(
      `${task}, ${id} | ${trueValues.get(id)?.toPrecision(4)} | ${shares.map(share => `${(100 * share).toFixed(1)} %`).join(' | ')}`,
    )
    for (const [at, share] of shares.entries())
      lines.push(JSON.stringify({ task, metric: id, rows: sizes[at], simulations, coverage: share, bar: [0.93, 0.97] }))
  }
}
if (jsonAt > 0) writeFileSync(process.argv[jsonAt + 1]!, `${lines.join('\n')}\n`)
