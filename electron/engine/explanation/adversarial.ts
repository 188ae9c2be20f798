import { readFile } from 'node:fs/promises'
import { decodeNumbers, type OutputTensors } from '../../../shared/inference/decode.ts'
import { encodeTable } from '../../../shared/inference/encode.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type { Adversarial } from '../../../shared/model/examination.ts'
import type { Task } from '../../../shared/model/run.ts'
import { Pcg32, variance } from '../numerics/index.ts'
import {
  type Bundle,
  type ElementType,
  feedsOf,
  loadOnnxRuntime,
  openSession,
  readGraph,
  withOutputs,
} from '../runtime/index.ts'
import { besideGradient, inputGradientGraph } from '../training/index.ts'

/** In standard deviations of each column. */
const sizes = [0, 0.02, 0.05, 0.1, 0.2, 0.4]
/** Steps of PGD, each a quarter of the size. */
const steps = 10

interface Options {
  task: Task
  /** Index of the class, or value; one a row. */
  truth: Float64Array
  seed: number
  metricOf(answers: Float32Array): number | null
  signal: AbortSignal
  onProgress(share: number): void
}

/**
 * How fast the metric falls when every number of a row moves by at most so many standard deviations, in the direction that hurts: one step along the sign
 * of the loss's gradient (Goodfellow et al. 2015, FGSM), ten smaller ones that stay within (Madry et al. 2018, PGD), and at random for comparison. Texts,
 * truth values and missing ones stay. Null for a model that no gradient passes through, or that sees no numbers.
 */
export async function rehearseAdversary(
  { modelPath, signature }: Bundle,
  table: Table,
  options: Options,
): Promise<Adversarial | null> {
  const { task, truth, seed, metricOf, signal, onProgress } = options
  const inputs = signature.inputs.filter(({ type, columns }) => type === 'float32' && columns.length > 0)
  const output = signature.outputs.probabilities ?? signature.outputs.value
  if (inputs.length !== 1 || output === null || table.rows === 0) return null
  const variable = inputs[0]!.name
  const model = new Uint8Array(await readFile(modelPath))
  const graph = readGraph(model)
  const beside = besideGradient(graph, variable, output)
  if (!beside) return null

  const { Tensor } = await loadOnnxRuntime()
  const encoded = encodeTable(signature, table)
  const start = encoded.find(({ name }) => name === variable)!
  const numbers = start.data as Float32Array
  const width = numbers.length / table.rows
  const others = await feedsOf(encoded.filter(({ name }) => name !== variable))
  const session = await openSession(withOutputs(model, beside))
  try {
    const run = (data: Float32Array) => session.run({ ...others, [variable]: new Tensor('float32', data, start.dims) })
    const asIs = await run(numbers)
    const shapes = new Map<string, { type: ElementType; shape: readonly number[] }>([
      [variable, { type: 'float32', shape: start.dims }],
      ...beside.map(name => [name, { type: asIs[name]!.type as ElementType, shape: asIs[name]!.dims }] as const),
    ])
    const isValue = task === 'regression'
    const gradients = await openSession(inputGradientGraph(graph, { variable, output, isValue }, shapes))
    try {
      const outputs = isValue ? 1 : signature.classes.length
      const targets = new Float32Array(table.rows * outputs)
      truth.forEach((value, row) => {
        if (isValue) targets[row] = value
        else targets[row * outputs + value] = 1
      })
      const gradientAt = async (data: Float32Array) => {
        signal.throwIfAborted()
        const now = await run(data)
        const { gradient } = await gradients.run({
          ...Object.fromEntries(beside.map(name => [name, now[name]!])),
          [variable]: new Tensor(
            'float32',
            data.map(value => (Number.isFinite(value) ? value : 0)),
            start.dims,
          ),
          targets: new Tensor('float32', targets, [table.rows, outputs]),
        })
        return gradient!.data as Float32Array
      }
      const metricAt = async (data: Float32Array) =>
        metricOf(decodeNumbers(signature, (await run(data)) as unknown as OutputTensors))
      const scales = scalesOf(
        numbers,
        width,
        inputs[0]!.columns.map(({ name }) => table.columns.find(each => each.name === name)!.type === 'boolean'),
      )
      const moved = (from: Float32Array, by: (i: number) => number) =>
        from.map((value, i) => value + scales[i % width]! * by(i))

      const first = await gradientAt(numbers)
      const random = new Pcg32(seed, 43)
      const points: Adversarial['points'] = []
      for (const [at, size] of sizes.entries()) {
        onProgress(at / sizes.length)
        let pushed = numbers
        for (let step = 0; step < (size > 0 ? steps : 0); step += 1) {
          const gradient = step ? await gradientAt(pushed) : first
          const next = moved(pushed, i => (size / 4) * Math.sign(gradient[i]!))
          pushed = next.map((value, i) => {
            const most = size * scales[i % width]!
            return Math.min(numbers[i]! + most, Math.max(numbers[i]! - most, value))
          })
        }
        points.push({
          deviations: size,
          random: await metricAt(moved(numbers, () => (random.nextFloat() < 0.5 ? -size : size))),
          oneStep: await metricAt(moved(numbers, i => size * Math.sign(first[i]!))),
          steps: await metricAt(pushed),
        })
      }
      return { rows: table.rows, points }
    } finally {
      await gradients.release()
    }
  } finally {
    await session.release()
  }
}

/** Standard deviation of each column as the model is given it; 0 for truth values, which cannot move a little. */
function scalesOf(numbers: Float32Array, width: number, isTruth: boolean[]): number[] {
  return isTruth.map((isFixed, column) => {
    const values = Float64Array.from({ length: numbers.length / width }, (_, row) => numbers[row * width + column]!)
    const spread = isFixed ? 0 : Math.sqrt(variance(values.filter(Number.isFinite)))
    return spread > 0 ? spread : 0
  })
}
