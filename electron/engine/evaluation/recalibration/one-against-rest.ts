import type { GraphBuilder } from '../../runtime/index.ts'
import type { ClassifiedRows } from '../diagnostics.ts'
import type { Calibrator, Curve } from './calibrator.ts'

/** Probabilities nearer to 0 and 1 are taken for this far: float32 does not tell them apart near 1. */
const least = 1e-7

/** log(p / (1 − p)) of class `k`, one a row. */
export function logOdds({ predictions, classCount }: Omit<ClassifiedRows, 'truth'>, k: number): Float64Array {
  return Float64Array.from({ length: predictions.length / classCount }, (_, row) => {
    const probability = predictions[row * classCount + k]!
    return Math.log(Math.max(probability, least)) - Math.log(Math.max(1 - probability, least))
  })
}

/**
 * A curve from log-odds to the probability of each class against the rest; several are then divided by their sum, and where all are 0, the classes
 * share alike (as scikit-learn's CalibratedClassifierCV). Of two classes the second has the curve.
 */
export function oneAgainstRest(
  rows: ClassifiedRows,
  learn: (scores: Float64Array, isOfClass: Uint8Array) => Curve,
): Calibrator {
  const { truth, classCount } = rows
  const isBinary = classCount === 2
  const fitted = Array.from({ length: classCount }, (_, k) => k).slice(isBinary ? 1 : 0)
  const curves = fitted.map(k =>
    learn(
      logOdds(rows, k),
      Uint8Array.from(truth, value => Number(value === k)),
    ),
  )
  return {
    answer(probabilities) {
      const answers = new Float32Array(probabilities.length)
      const each = fitted.map((k, i) =>
        logOdds({ predictions: probabilities, classCount }, k).map(score => curves[i]!.at(score)),
      )
      for (let row = 0; row < probabilities.length / classCount; row += 1) {
        const own = isBinary ? [1 - each[0]![row]!, each[0]![row]!] : each.map(values => values[row]!)
        const sum = own.reduce((total, value) => total + value, 0)
        own.forEach((value, k) => {
          answers[row * classCount + k] = sum > 0 ? value / sum : 1 / classCount
        })
      }
      return answers
    },
    toGraph(graph, probabilities) {
      const each = fitted.map((k, i) => curves[i]!.toGraph(graph, logOddsNode(graph, probabilities, k)))
      if (isBinary) {
        const rest = graph.node('Sub', [graph.float(1), each[0]!])
        return graph.node('Concat', [rest, each[0]!], { axis: { int: 1 } })
      }
      const all = graph.node('Concat', each, { axis: { int: 1 } })
      const sum = graph.node('ReduceSum', [all, graph.int64s([1])], { keepdims: { int: 1 } })
      const isSome = graph.node('Greater', [sum, graph.float(0)])
      const shared = graph.node('Div', [all, graph.node('Where', [isSome, sum, graph.float(1)])])
      return graph.node('Where', [isSome, shared, graph.float(1 / classCount)])
    },
  }
}

function logOddsNode(graph: GraphBuilder, probabilities: string, k: number): string {
  const own = graph.node('Gather', [probabilities, graph.int64s([k])], { axis: { int: 1 } })
  const log = (value: string) => graph.node('Log', [graph.node('Max', [value, graph.float(least)])])
  return graph.node('Sub', [log(own), log(graph.node('Sub', [graph.float(1), own]))])
}
