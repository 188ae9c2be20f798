import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { contributionsOf, outputValues } from '../../../shared/inference/contributions.ts'
import { fieldsOf, typicalRow } from '../../../shared/inference/row-fields.ts'
import type { RawRow } from '../../../shared/inference/signature.ts'
import type { RowExplanation } from '../../../shared/model/explanation.ts'
import type { JobFunction } from '../jobs/index.ts'
import { Pcg32 } from '../numerics/index.ts'
import { openPredictor, type Predictor } from '../runtime/index.ts'
import { openTreeExplainer, type TreeExplainer } from './tree-explainer.ts'

export interface ExplainRowInput {
  model: string
  version: number
  row: RawRow
}

/** Why a model answers one row as it does. Its bundle lies in the job's `in/bundle`. */
export const explainRow: JobFunction<ExplainRowInput, RowExplanation> = async (input, context) => {
  const start = performance.now()
  const { model, version, row } = input
  const folder = join(context.folder, 'in', 'bundle')
  context.progress(null, 'reading')
  const predictor = await openPredictor(folder)
  try {
    const names = predictor.signature.columns.map(({ name }) => name)
    const strange = Object.keys(row).find(name => !names.includes(name))
    if (strange !== undefined) {
      throw new AppError('bad-input', `The model ${model}:${version} has no column "${strange}"`, {
        mend: `Its columns are ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`,
      })
    }
    if (predictor.signature.task === 'clusters') {
      throw new AppError(
        'unsupported',
        `The answer of ${model}:${version} is a cluster, which no column raises or lowers`,
        {
          mend: 'The run shows in which columns the clusters differ.',
        },
      )
    }
    const [output] = await predictor.predictRows([row])
    const { task, classes, target } = predictor.signature
    const told = { task, classes, target: target ?? 'value' }
    const trees = await openTreeExplainer(folder, told, async () => null, context.signal)
    const explained = trees ? await byTrees(trees, row) : await byDrawing(predictor, row, context.signal, told.target)
    return { model, version, ...output!, ...explained, seconds: (performance.now() - start) / 1000 }
  } finally {
    await predictor.close()
  }
}

type Explained = Omit<RowExplanation, 'model' | 'version' | 'prediction' | 'probabilities' | 'seconds'>

async function byTrees(explainer: TreeExplainer, row: RawRow): Promise<Explained> {
  try {
    const { values, scores } = await explainer.explain([row])
    const { scale, outputs, base } = explainer
    const parts = explainer.columns.map((column, i) => ({
      column,
      value: row[column] ?? null,
      values: values.map(own => own[i]![0]!),
      errors: outputs.map(() => 0),
    }))
    parts.sort((a, b) => size(b.values) - size(a.values))
    return { method: 'tree-shap', isExact: true, ...{ scale, outputs }, base: [...base], answer: [...scores], parts }
  } finally {
    await explainer.close()
  }
}

const size = (values: readonly number[]) => values.reduce((sum, value) => sum + Math.abs(value), 0)

/** Against the row of usual values; the same row gives the same numbers. */
async function byDrawing(predictor: Predictor, row: RawRow, signal: AbortSignal, target: string): Promise<Explained> {
  const { signature, bundle } = predictor
  const typical = typicalRow(fieldsOf(signature, bundle.profile))
  const whole = Object.fromEntries(signature.columns.map(({ name }) => [name, row[name] ?? null]))
  const random = new Pcg32(1, 3)
  const answer = async (rows: RawRow[]) => {
    signal.throwIfAborted()
    return (await predictor.predictRows(rows)).map(outputValues)
  }
  const found = await contributionsOf(whole, typical, answer, () => random.nextFloat())
  const isClasses = signature.outputs.probabilities !== null
  return {
    method: 'shapley',
    ...{ isExact: found.isExact, base: found.base, answer: found.answer },
    scale: isClasses ? 'probability' : 'value',
    outputs: isClasses ? signature.classes : [target],
    parts: found.parts.map(({ column, values, errors }) => ({ column, value: row[column] ?? null, values, errors })),
  }
}
