import { AppError } from '../errors.ts'
import type { Output, Signature } from './signature.ts'

/** A tensor as a model gives it, row-major. */
export interface OutputTensor {
  dims: readonly number[]
  data: ArrayLike<number | bigint | string>
}
export type OutputTensors = Readonly<Record<string, OutputTensor>>

/**
 * The answers in the tensors of a signature. Classes: the most probable one, ties to the first. Values as they are;
 * labels of a classifier without probabilities as text.
 */
export function decodeOutputs(signature: Signature, tensors: OutputTensors): Output[] {
  const { classes, outputs, anomalyBelow } = signature
  if (outputs.probabilities !== null) {
    const probabilities = probabilitiesIn(signature, tensors)
    const rows = probabilities.length / classes.length
    return Array.from({ length: rows }, (_, row) => {
      const start = row * classes.length
      const entries = classes.map((label, i): [string, number] => [label, probabilities[start + i]!])
      return {
        prediction: classes[argmax(probabilities, start, classes.length)]!,
        probabilities: Object.fromEntries(entries),
      }
    })
  }
  return Array.from(tensorOf(tensors, outputs.value).data, value => ({
    prediction: typeof value === 'number' && classes.length === 0 ? value : decodeLabel(signature, value),
    ...(anomalyBelow === undefined ? {} : { anomaly: Number(value) < anomalyBelow }),
  }))
}

/**
 * The answers as numbers, row-major: probabilities [N, C] (1 and 0 for a classifier that gives labels only), or values
 * [N]. Throws `unsupported` for labels that the signature does not know.
 */
export function decodeNumbers(signature: Signature, tensors: OutputTensors): Float32Array {
  const { classes, labels = classes, outputs } = signature
  if (outputs.probabilities !== null) return Float32Array.from(probabilitiesIn(signature, tensors))
  const { data } = tensorOf(tensors, outputs.value)
  if (classes.length === 0) return Float32Array.from(data, Number)
  const numbers = new Float32Array(data.length * classes.length)
  for (let row = 0; row < data.length; row += 1) {
    const at = labels.indexOf(String(data[row]))
    if (at < 0)
      throw new AppError('unsupported', `The model answers the class "${data[row]}", which its signature lacks`)
    numbers[row * classes.length + at] = 1
  }
  return numbers
}

/** Index of the largest of `count` numbers from `start`, less `start`; ties and NaN go to the first. */
export function argmax(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0
  for (let i = 1; i < count; i += 1) if (values[start + i]! > values[start + best]!) best = i
  return best
}

function probabilitiesIn({ classes, outputs }: Signature, tensors: OutputTensors): ArrayLike<number> {
  const { data } = tensorOf(tensors, outputs.probabilities)
  if (classes.length === 0 || data.length % classes.length !== 0) {
    throw new AppError('bad-file', `The model gives ${data.length} probabilities for ${classes.length} classes a row`)
  }
  return data as ArrayLike<number>
}

function tensorOf(tensors: OutputTensors, name: string | null): OutputTensor {
  const tensor = name === null ? undefined : tensors[name]
  if (!tensor) throw new AppError('bad-file', `The model gives no output "${name ?? ''}"`)
  return tensor
}

function decodeLabel({ classes, labels }: Signature, value: number | bigint | string): number | string {
  if (typeof value === 'bigint' && classes.length === 0) return Number(value)
  return classes[labels?.indexOf(String(value)) ?? -1] ?? String(value)
}
