import { z } from 'zod'
import { AppError } from '../../../../shared/errors.ts'
import { Parameters } from '../../../../shared/model/run.ts'
import type { Algorithm, FittedModel, TrainContext, TrainingData } from '../algorithm.ts'
import { checkParameters } from '../parameters.ts'

const Members = z
  .array(z.object({ algorithm: z.string(), parameters: Parameters.default({}) }))
  .min(2)
  .max(20)
type Member = { algorithm: Algorithm; parameters: Parameters }

/** Picks of the greedy choice, so that a weight is a multiple of their inverse. */
const picks = 40

/** Several models in one graph, whose answers are added with weights that are chosen on the validation rows. */
export function blendOf(others: readonly Algorithm[]): Algorithm {
  return {
    id: 'blend',
    name: 'Blend',
    help: 'The weighted mean of several models in one; the weights are chosen on the validation rows, some may be 0.',
    usual: false,
    tasks: ['binary', 'multiclass', 'regression'],
    devices: ['cpu'],
    deviceReason: 'the models of a blend are trained on the CPU, one after another',
    parameters: [
      {
        name: 'members',
        kind: 'text',
        default: '[{"algorithm":"linear"},{"algorithm":"gradient-boosting"}]',
        help: 'The models, as JSON: a list of an algorithm and its parameters each',
      },
    ],

    expectedSeconds: (shape, { members }) =>
      membersOf(members as string, others).reduce(
        (sum, { algorithm, parameters }) => sum + algorithm.expectedSeconds(shape, parameters),
        0,
      ),

    async fit(data, { members }, context) {
      const list = membersOf(members as string, others)
      const fitted: FittedModel[] = []
      for (const [place, { algorithm, parameters }] of list.entries()) {
        if (!algorithm.tasks.includes(data.task)) {
          throw new AppError('bad-input', `${algorithm.id}, of the members of the blend, does not learn ${data.task}`)
        }
        fitted.push(await algorithm.fit(data, parameters, partOf(context, place, list)))
        context.signal.throwIfAborted()
      }
      const answers: Float32Array[] = []
      for (const each of fitted) answers.push(await each.predict(data.validation))
      const weights = chooseWeights(answers, data)
      context.log(list.map(({ algorithm }, i) => `${algorithm.id}: ${weights[i]}`).join(', '))
      const used = fitted
        .map((model, i) => ({ model, weight: Math.fround(weights[i]!) }))
        .filter(each => each.weight > 0)
      return {
        async predict(rows) {
          const sum = new Float32Array(rows.length * Math.max(1, data.classes.length))
          for (const { model, weight } of used) {
            const answer = await model.predict(rows)
            sum.forEach((value, i) => {
              sum[i] = value + Math.fround(weight * answer[i]!)
            })
          }
          return sum
        },
        toGraph(graph, inputs) {
          const parts = used.map(({ model, weight }) =>
            graph.node('Mul', [model.toGraph(graph, inputs), graph.float(weight)]),
          )
          return parts.reduce((sum, part) => graph.node('Add', [sum, part]))
        },
        warnings: [...new Set(fitted.flatMap(({ warnings }) => warnings))],
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
  return list.map(({ algorithm: id, parameters }) => {
    const algorithm = others.find(each => each.id === id)
    if (algorithm) return { algorithm, parameters: checkParameters(algorithm, parameters) }
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

/**
 * Weights that sum to 1: again and again the member is picked that, added to those picked before, leaves the least loss (log-loss, or
 * squared error) on the validation rows; the picks up to the least of all count.
 */
function chooseWeights(answers: readonly Float32Array[], { task, target, validation }: TrainingData): number[] {
  const width = answers[0]!.length / validation.length
  const lossOf = (sum: Float64Array, answer: Float32Array, count: number) => {
    let loss = 0
    for (const [i, row] of validation.entries()) {
      const truth = target[row]!
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
