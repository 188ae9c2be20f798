import { AppError } from '../../../shared/errors.ts'
import { type Signature, type TensorInput, tensorTypes } from '../../../shared/inference/signature.ts'
import type { ColumnType } from '../../../shared/model/dataset.ts'
import type { ModelSummary, ModelValue } from '../runtime/index.ts'

/**
 * The signature of an ONNX file from elsewhere. An input [N, k] becomes the columns `INPUT_0` to `INPUT_k−1`, or `names` where it is the only
 * input and there are as many; one of a single column is called as the input is, or as the one of `names` that differs from it in signs alone:
 * skl2onnx makes `body_height` of "body height". A float output [N, C] of more than one column gives what
 * classes score; they are those that the file names, else 0 to C − 1. Throws `unsupported` naming an input or output that rows of columns do not fit.
 */
export function signatureOf(summary: ModelSummary, fileName: string, names?: readonly string[]): Signature {
  const { inputs, outputs, classLabels } = summary
  if (!inputs.length) throw unsupported(fileName, 'it has no input')
  const tensors = inputs.map(input => {
    return readInput(input, fileName, inputs.length === 1 ? names : [nameOf(input.name, names ?? [])])
  })
  const untensored = outputs.find(({ kind }) => kind !== 'tensor')
  if (untensored) {
    throw unsupported(
      fileName,
      `its output "${untensored.name}" is a ${untensored.kind}, no tensor`,
      'Export the classifier with its probabilities as a tensor (skl2onnx: options={"zipmap": False}).',
    )
  }
  const usable = outputs.filter(({ type }) => type !== null)
  if (!usable.length) throw unsupported(fileName, 'none of its outputs has a type that is known here')
  const probabilities = findProbabilities(usable, classLabels)
  const width = probabilities?.shape.at(-1)
  const classes = classLabels.length
    ? classLabels
    : probabilities && typeof width === 'number'
      ? Array.from({ length: width }, (_, k) => String(k))
      : []
  const value = probabilities ? null : usable[0]!
  const lengths = value?.shape.slice(1) ?? []
  if (value && (lengths.length > 1 || lengths.some(length => typeof length === 'number' && length > 1))) {
    throw unsupported(
      fileName,
      `its output "${value.name}" has the shape [${shown(value.shape)}], and a row's answer is one value or one score a class`,
      'Export it with an output [N], [N, 1] or [N, number of classes].',
    )
  }
  const isRegression = value !== null && isFloat(value) && !classLabels.length
  return {
    formatVersion: 1,
    task: isRegression ? 'regression' : classes.length === 2 ? 'binary' : classes.length > 2 ? 'multiclass' : null,
    target: null,
    columns: tensors.flatMap(({ columns }) => columns.map(({ name, type }) => ({ name, type }))),
    inputs: tensors,
    outputs: { probabilities: probabilities?.name ?? null, value: value?.name ?? null },
    classes,
  }
}

function nameOf(input: string, names: readonly string[]): string {
  const plain = (name: string) => name.replace(/[^A-Za-z0-9]+/g, '_')
  const alike = names.filter(name => plain(name) === plain(input))
  return names.includes(input) || alike.length !== 1 ? input : alike[0]!
}

function readInput(
  { name, kind, type, shape }: ModelValue,
  fileName: string,
  known: readonly string[] = [],
): TensorInput {
  const element = tensorTypes.find(each => each === type)
  if (kind !== 'tensor' || !element) {
    const is = kind !== 'tensor' ? `a ${kind}` : type ? `of type ${type}` : 'of a type that is not known here'
    throw unsupported(fileName, `its input "${name}" is ${is}`, `Export it with inputs of ${tensorTypes.join(', ')}.`)
  }
  const width = shape.length === 1 ? 1 : shape[1]
  if (shape.length > 2 || shape.length === 0 || typeof width !== 'number') {
    throw unsupported(
      fileName,
      `its input "${name}" has the shape [${shown(shape)}], and rows of columns need [N, number of columns]`,
      'Export it with a first dimension for the rows and a fixed number of columns.',
    )
  }
  const columnType: ColumnType =
    element === 'string' ? 'text' : element === 'bool' ? 'boolean' : element.startsWith('int') ? 'integer' : 'number'
  const made = width === 1 ? [name] : Array.from({ length: width }, (_, column) => `${name}_${column}`)
  const names = known.length === width ? known : made
  return {
    name,
    type: element,
    columns: names.map(column => ({ name: column, type: columnType, offset: 0, scale: 1 })),
    vector: shape.length === 1,
  }
}

const shown = (shape: ModelValue['shape']) => shape.map(length => length ?? '?').join(', ')

const isFloat = ({ type }: ModelValue) => type === 'float32' || type === 'float64'

function findProbabilities(outputs: ModelValue[], classLabels: string[]): ModelValue | undefined {
  return outputs.find(output => {
    const width = output.shape.at(-1)
    const isWide = output.shape.length === 2 && width !== 1
    const isNamed = /prob/i.test(output.name)
    return (
      isFloat(output) &&
      isWide &&
      (isNamed || outputs.length > 1 || classLabels.length === 0 || width === classLabels.length) &&
      (typeof width === 'number' || classLabels.length > 0)
    )
  })
}

function unsupported(fileName: string, reason: string, mend?: string): AppError {
  return new AppError('unsupported', `Cannot use ${fileName}: ${reason}`, { mend })
}
