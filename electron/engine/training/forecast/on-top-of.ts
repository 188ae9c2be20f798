import type { NumericColumn } from '../../../../shared/inference/table.ts'
import type { Parameters } from '../../../../shared/model/run.ts'
import type { Algorithm, FittedModel, TrainContext, TrainingData } from '../algorithm.ts'

/** Fits; where answers are told from a column (`data.base`), what is learned is the difference, and the answer has it added again. */
export async function fitModel(
  algorithm: Algorithm,
  data: TrainingData,
  parameters: Parameters,
  context: TrainContext,
): Promise<FittedModel> {
  const { base } = data
  if (base === undefined) return algorithm.fit(data, parameters, context)
  const { values } = data.table.columns.find(({ name }) => name === base) as NumericColumn
  const target = data.target.map((value, row) => value - values[row]!)
  const fitted = await algorithm.fit({ ...data, target }, parameters, context)
  return {
    ...fitted,
    async predict(rows) {
      const differences = await fitted.predict(rows)
      return differences.map((difference, i) => difference + values[rows[i]!]!)
    },
    toGraph(graph, inputs) {
      const slot = graph.int64s([inputs.numeric.get(base)!])
      const column = graph.node('Gather', [inputs.numbers, slot], { axis: { int: 1 } })
      return graph.node('Add', [fitted.toGraph(graph, inputs), column])
    },
  }
}
