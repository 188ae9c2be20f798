import { z } from 'zod'
import { AppError } from '../../../../shared/errors.ts'
import { Parameters } from '../../../../shared/model/run.ts'
import type { Algorithm, FittedModel, TrainContext, TrainingData } from '../algorithm.ts'
import { checkParameters } from '../parameters.ts'

const Members = z
  .array(z.object({ algorithm: z.string(), parameters: Parameters.default({}), weight: z.number().min(0).optional() }))
  .min(2)
  .max(20)
  .refine(list => list.every(({ weight }) => weight === undefined) || list.some(({ weight = 0 }) => weight > 0))
interface Member {
  algorithm: Algorithm
  parameters: Parameters
  /** Left out in all or in none: then they are chosen on the validation rows. */
  weight?: number
}

/** Picks of the greedy choice, so that a weight is a multiple of their inverse. */
const picks = 40

/** Several models in one graph, whose answers are added with weights that are chosen on the validation rows. */
export function blendOf(others: readonly Algorithm[]): Algorithm {
  return {
    id: 'blend',
    name: 'Blend',
    help: 'The weighted mean of several models in one; weights that are not given are chosen on the validation rows, some may be 0.',
    usual: false,
    tasks: ['binary', 'multiclass', 'regression'],
    devices: ['cpu'],
    deviceReason: 'the models of a blend are trained on the CPU, one after another',
    parameters: [
      {
        name: 'members',
        kind: 'text',
        default: '[{"algorithm":"linear"},{"algorithm":"gradient-boosting"}]',
        help: 'The models, as JSON: a list of an algorithm, its parameters and perhaps its weight each',
      },
    ],

    expectedSeconds: (shape, { members }) =>
      membersOf(members as string, others).reduce(
        (sum, { algorithm, parameters }) => sum + algorithm.expectedSeconds(shape, parameters),
        0,
      ),

    async fit(data, { members, ...given }, context) {
      const list = membersOf(members as string, others)
      const isGiven = list.every((member, place) => weightName(place) in given || member.weight !== undefined)
      const asGiven = list.map(({ weight = 0 }, place) => (given[weightName(place)] as number | undefined) ?? weight)
      const fitted: FittedModel[] = []
      for (const [place, { algorithm, parameters }] of list.entries()) {
        if (!algorithm.tasks.includes(data.task)) {
          throw new AppError('bad-input', `${algorithm.id}, of the members of the blend, does not learn ${data.task}`)
        }
        const settled = settledOf(given, place)
        fitted.push(await algorithm.fit(data, { ...parameters, ...settled }, partOf(context, place, list)))
        context.signal.throwIfAborted()
      }
      const answers: Float32Array[] = []
      if (!isGiven) for (const each of fitted) answers.push(await each.predict(data.validation))
      const weights = isGiven ? sharesOf(asGiven) : chooseWeights(answers, { ...data, rows: data.validation })
      context.log(list.map(({ algorithm }, i) => `${algorithm.id}: ${weights[i]}`).join(', '))
      const used = fitted
        .map((model, i) => ({ model, weight: Math.fround(weights[i]!) }))
        .filter(each => each.weight > 0)
      return {
        async predict(rows) {
          const each: { answer: Float32Array; weight: number }[] = []
          for (const { model, weight } of used) each.push({ answer: await model.predict(rows), weight })
          return weighted(each)
        },
        toGraph(graph, inputs) {
          const parts = used.map(({ model, weight }) =>
            graph.node('Mul', [model.toGraph(graph, inputs), graph.float(weight)]),
          )
          return parts.reduce((sum, part) => graph.node('Add', [sum, part]))
        },
        warnings: [...new Set(fitted.flatMap(({ warnings }) => warnings))],
        settled: settledAlike(fitted, isGiven ? null : weights),
        placement: [],
        bytesPerStep: null,
      }
    },
  }
}

/** Throws `bad-input` for what is no list of members, and for members that are not there. */
function membersOf(text: string, others: readonly Algorithm[]): Member[] {
  let list: z.infer<typeof Members>
  try {
    list = Members.parse(JSON.parse(text))
  } catch {
    throw new AppError('bad-input', 'The members of a blend are no list of two to twenty algorithms', {
      mend: 'Write them like [{"algorithm":"linear"},{"algorithm":"gradient-boosting","parameters":{"leaves":15}}].',
    })
  }
  return list.map(({ algorithm: id, parameters, weight }) => {
    const algorithm = others.find(each => each.id === id)
    if (algorithm) return { algorithm, parameters: checkParameters(algorithm, parameters), weight }
    throw new AppError('bad-input', `A blend cannot hold "${id}"`, {
      mend: `It can hold ${others.map(each => each.id).join(', ')}.`,
    })
  })
}

/** For one member: its curves are left out, for those of two would be one. */
function partOf(context: TrainContext, place: number, list: readonly Member[]): TrainContext {
  return {
    ...context,
    checkpoint: undefined,
    metric() {},
    progress: (fraction, phase) =>
      context.progress(
        fraction === null ? null : (place + fraction) / list.length,
        `${list[place]!.algorithm.id}: ${phase}`,
      ),
  }
}

const weightName = (place: number) => `${place}.weight`

/** What a member settled on, among what all of them did. */
function settledOf(given: Parameters, place: number): Parameters {
  const own = Object.entries(given).filter(([name]) => name.startsWith(`${place}.`) && name !== weightName(place))
  return Object.fromEntries(own.map(([name, value]) => [name.slice(`${place}.`.length), value]))
}

/** What all members settled on, each under its place; undefined where one did not. `weights` where they were chosen. */
export function settledAlike(
  members: readonly { settled?: Parameters | null }[],
  weights: readonly number[] | null,
): Parameters | undefined {
  if (members.some(({ settled }) => !settled)) return undefined
  const entries = members.flatMap(({ settled }, place) => [
    ...Object.entries(settled!).map(([name, value]) => [`${place}.${name}`, value] as const),
    ...(weights ? [[weightName(place), weights[place]!] as const] : []),
  ])
  return Object.fromEntries(entries)
}

/** Weights as float32 parts of a whole. */
export function sharesOf(weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => Math.fround(weight / whole))
}

/** The sum of answers as the graph takes it, in float32 step by step; weights are float32 already. */
export function weighted(members: readonly { answer: Float32Array; weight: number }[]): Float32Array {
  const sum = new Float32Array(members[0]!.answer.length)
  for (const { answer, weight } of members) {
    for (let i = 0; i < sum.length; i += 1) sum[i] = sum[i]! + Math.fround(weight * answer[i]!)
  }
  return sum
}

/**
 * Weights that sum to 1: again and again the member is picked that, added to those picked before, leaves the least loss (log-loss, or
 * squared error) on `rows`, which the answers are of; the picks up to the least of all count (Caruana et al. 2004).
 */
export function chooseWeights(
  answers: readonly Float32Array[],
  { task, target, rows }: Pick<TrainingData, 'task' | 'target'> & { rows: Int32Array },
): number[] {
  const width = answers[0]!.length / rows.length
  const lossOf = (sum: Float64Array, answer: Float32Array, count: number) => {
    let loss = 0
    for (let i = 0; i < rows.length; i += 1) {
      const truth = target[rows[i]!]!
      const at = task === 'regression' ? i : i * width + truth
      const mean = (sum[at]! + answer[at]!) / count
      loss += task === 'regression' ? (mean - truth) ** 2 : -Math.log(Math.max(1e-15, mean))
    }
    return loss
  }
  const sum = new Float64Array(answers[0]!.length)
  const picked: number[] = []
  let best = { loss: Number.POSITIVE_INFINITY, count: 0 }
  for (let count = 1; count <= picks; count += 1) {
    const losses = answers.map(answer => lossOf(sum, answer, count))
    const least = losses.indexOf(Math.min(...losses))
    picked.push(least)
    sum.forEach((value, i) => {
      sum[i] = value + answers[least]![i]!
    })
    if (losses[least]! < best.loss) best = { loss: losses[least]!, count }
  }
  return answers.map((_, i) => picked.slice(0, best.count).filter(each => each === i).length / best.count)
}
