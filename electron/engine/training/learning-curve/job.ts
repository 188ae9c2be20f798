import { AppError } from '../../../../shared/errors.ts'
import type { LearningCurve, LearningPoint } from '../../../../shared/model/learning-curve.ts'
import { type MetricId, metricTable } from '../../../../shared/model/metrics.ts'
import { comparePaired, evaluate, measure, selectionMetric } from '../../evaluation/index.ts'
import type { JobFunction } from '../../jobs/index.ts'
import { mean, Pcg32, variance } from '../../numerics/index.ts'
import { algorithms } from '../algorithms/index.ts'
import { pick } from '../finish-training.ts'
import { prepareTraining } from '../prepare.ts'
import { rowsByClass } from '../splits/index.ts'
import { pickDevice, type TrainSpec, trainContext } from '../train-model.ts'

export interface LearningCurveInput {
  run: string
  /** What the run was trained by. */
  spec: TrainSpec
}

/** The rows are halved so often, down to so few; each size but the whole is drawn so often. */
const halvings = 5
const fewestRows = 30
const draws = 3

/**
 * The run's algorithm fitted to halves, quarters and so on of its training rows, drawn with every class in its share, and measured on its test
 * rows. What is made of the columns comes from all training rows. Throws `bad-data` for too few rows.
 */
export const learnCurve: JobFunction<LearningCurveInput, LearningCurve> = async ({ run, spec }, context) => {
  const start = performance.now()
  const { signal } = context
  context.progress(null, 'reading')
  const { data, target, split } = await prepareTraining(spec, signal)
  const { task, classes } = target
  const metric = selectionMetric(task)
  const algorithm = algorithms.get(spec.algorithm)
  const { device } = await pickDevice(algorithm, spec, signal)
  const scored = { task, classes, truth: pick(target.values, split.test) }
  const random = new Pcg32(spec.seed, 41)
  const parts = drawnParts(split.train, target, random)
  const whole = parts.flat().reduce((sum, { length }) => sum + length, 0)
  let done = 0

  async function answerAfter(train: Int32Array): Promise<{ learned: number | null; predictions: Float32Array }> {
    const told = trainContext(spec, device, {
      ...context,
      progress: fraction =>
        context.progress((done + (fraction ?? 0) * train.length) / whole, `learning from ${train.length} rows`),
      // Curves are those of the run.
      metric() {},
    })
    const fitted = await algorithm.fit({ ...data, train }, spec.parameters, told)
    signal.throwIfAborted()
    const own = { task, classes, truth: pick(target.values, train), predictions: await fitted.predict(train) }
    done += train.length
    return { learned: measure(metric, own), predictions: await fitted.predict(split.test) }
  }

  const points: LearningPoint[] = []
  /** Of the first draw of each size. */
  const answers: Float32Array[] = []
  for (const drawn of parts) {
    const scores: number[] = []
    const learned: number[] = []
    for (const [draw, train] of drawn.entries()) {
      const told = await answerAfter(train)
      const score = measure(metric, { ...scored, predictions: told.predictions })
      if (score === null) throw new AppError('bad-data', `The ${metric} is not defined on the test rows of ${run}`)
      scores.push(score)
      if (told.learned !== null) learned.push(told.learned)
      if (draw === 0) answers.push(told.predictions)
    }
    const { intervals } = await evaluate({ ...scored, predictions: answers.at(-1)!, seed: spec.seed, signal })
    points.push({
      ...{ rows: drawn[0]!.length, draws: scores, mean: mean(scores) },
      interval: intervalOf(metric, scores, intervals[metric] ?? [scores[0]!, scores[0]!]),
      learned: learned.length ? mean(learned) : null,
    })
  }
  const differences = await comparePaired({
    ...{ ...scored, seed: spec.seed, signal },
    ...{ baseline: answers.at(-2)!, candidate: answers.at(-1)! },
  })
  const lastDoubling = differences.find(each => each.metric === metric)!
  const seconds = (performance.now() - start) / 1000
  return { run, metric, testRows: split.test.length, points, lastDoubling, seconds }
}

/** For each size, smallest first, the rows of each draw. */
function drawnParts(train: Int32Array, target: Parameters<typeof rowsByClass>[1], random: Pcg32): Int32Array[][] {
  const least = Math.max(fewestRows, 5 * target.classes.length)
  const sizes = Array.from({ length: halvings }, (_, i) => Math.round(train.length / 2 ** (halvings - i)))
  const enough = sizes.filter(size => size >= least)
  if (enough.length === 0) {
    throw new AppError('bad-data', `${train.length} training rows are too few to learn from half of them`, {
      mend: `It takes ${2 * least}.`,
    })
  }
  const draw = (size: number) => {
    const drawn = rowsByClass(train, target).flatMap(rows =>
      // No class is lost, or the model would answer another question.
      random.shuffle(rows).slice(0, Math.max(2, Math.round((rows.length * size) / train.length))),
    )
    return Int32Array.from(drawn).sort()
  }
  return [...enough.map(size => Array.from({ length: draws }, () => draw(size))), [train]]
}

/** The rows' interval about the mean of the draws, wider by what the draws tell of that mean. */
function intervalOf(metric: MetricId, scores: number[], [low, high]: [number, number]): [number, number] {
  const [center, drawn] = [mean(scores), scores.length > 1 ? (1.96 ** 2 * variance(scores)) / scores.length : 0]
  const [least, most] = metricTable[metric].range
  return [
    Math.max(least, center - Math.sqrt((scores[0]! - low) ** 2 + drawn)),
    Math.min(most, center + Math.sqrt((high - scores[0]!) ** 2 + drawn)),
  ]
}
