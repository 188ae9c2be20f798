import { z } from 'zod'
import { AppError } from '../../../../shared/errors.ts'
import { Parameters } from '../../../../shared/model/run.ts'
import type { Algorithm, FittedModel, TrainContext } from '../algorithm.ts'
import { checkParameters } from '../parameters.ts'
import { addPooled, chooseWeights, type Pool, pooled, pools, sharesOf } from '../pool.ts'

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

/** Several models in one graph, whose answers are pooled with weights that are chosen on the validation rows. */
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
      {
        name: 'pool',
        kind: 'choice',
        default: 'mean',
        choices: [...pools],
        help: 'What is weighed: mean: their answers; logarithmic: the logarithms of their probabilities, which answers more surely',
      },
    ],

    expectedSeconds: (shape, { members }) =>
      membersOf(members as string, others).reduce(
        (sum, { algorithm, parameters }) => sum + algorithm.expectedSeconds(shape, parameters),
        0,
      ),

    async fit(data, { members, pool: asked = 'mean', ...given }, context) {
      const list = membersOf(members as string, others)
      // Values are no probabilities.
      const pool = data.task === 'regression' ? 'mean' : (asked as Pool)
      const width = Math.max(1, data.classes.length)
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
      const weights = isGiven ? sharesOf(asGiven) : chooseWeights(pool, answers, { ...data, rows: data.validation })
      context.log(list.map(({ algorithm }, i) => `${algorithm.id}: ${weights[i]}`).join(', '))
      const used = fitted
        .map((model, i) => ({ model, weight: Math.fround(weights[i]!) }))
        .filter(each => each.weight > 0)
      return {
        async predict(rows) {
          const each: { answer: Float32Array; weight: number }[] = []
          for (const { model, weight } of used) each.push({ answer: await model.predict(rows), weight })
          return pooled(pool, each, width)
        },
        toGraph(graph, inputs) {
          const each = used.map(({ model, weight }) => ({ answer: model.toGraph(graph, inputs), weight }))
          return addPooled(graph, pool, each)
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
