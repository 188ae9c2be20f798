import type { Algorithm } from '../algorithm.ts'
import { fitDenseEncoder } from '../features/index.ts'
import { addAnswer, writeAnswer } from '../link.ts'

/**
 * Each column by itself says how likely each class is: numbers by a normal distribution a class (a missing one counts as the mean
 * of all), texts and that a number is missing by how frequent it is in the class, with `smoothing` counts added.
 */
export const naiveBayes: Algorithm = {
  id: 'naive-bayes',
  name: 'Naive Bayes',
  help: 'Each column by itself says how likely each class is: numbers by a normal distribution (Gaussian), texts by their frequency.',
  usual: false,
  tasks: ['binary', 'multiclass'],
  devices: ['cpu'],
  deviceReason: 'there are only means and counts to compute',
  parameters: [
    {
      name: 'smoothing',
      kind: 'number',
      default: 1,
      minimum: 1e-9,
      maximum: 1e6,
      search: { low: 0.01, high: 100, log: true },
      help: 'Rows that are added to the count of each value of a text in each class',
    },
  ],
  expectedSeconds: ({ trainRows, width }) => trainRows * width * 1e-8,

  async fit(data, parameters, context) {
    context.progress(null, 'encoding columns')
    const encoder = fitDenseEncoder(data)
    const { width } = encoder
    const matrix = encoder.encode(data.train)
    const classes = data.classes.length
    const smoothing = parameters.smoothing as number
    const { numbers, groups } = encoder
    const counts = new Float64Array(classes)
    const sums = new Float64Array(classes * width)
    const squares = new Float64Array(classes * width)
    data.train.forEach((row, i) => {
      const k = data.target[row]!
      counts[k]! += 1
      for (let j = 0; j < width; j += 1) {
        sums[k * width + j]! += matrix[i * width + j]!
        squares[k * width + j]! += matrix[i * width + j]! ** 2
      }
    })
    context.signal.throwIfAborted()
    const starts = new Float32Array(classes)
    const means = new Float32Array(classes * numbers)
    const inverses = new Float32Array(classes * numbers)
    const ratios = new Float32Array(classes * groups.length)
    for (let k = 0; k < classes; k += 1) {
      const count = Math.max(1, counts[k]!)
      let start = Math.log(count / data.train.length)
      for (let j = 0; j < numbers; j += 1) {
        const mean = sums[k * width + j]! / count
        const deviation = Math.max(leastDeviation, Math.sqrt(Math.max(0, squares[k * width + j]! / count - mean ** 2)))
        means[k * numbers + j] = mean
        // So that half the squares are what the logarithm of the density takes.
        inverses[k * numbers + j] = Math.SQRT1_2 / deviation
        start -= Math.log(deviation)
      }
      groups.forEach((size, g) => {
        const own = sums[k * width + numbers + g]!
        // One column by itself says yes or no; several say which.
        const share = (own + smoothing) / (counts[k]! + smoothing * Math.max(2, size))
        ratios[k * groups.length + g] = Math.log(share) - (size === 1 ? Math.log(1 - share) : 0)
        if (size === 1) start += Math.log(1 - share)
      })
      starts[k] = start
    }
    return {
      async predict(rows) {
        const encoded = encoder.encode(rows)
        const answers = new Float32Array(rows.length * classes)
        const scores = new Float64Array(classes)
        for (let row = 0; row < rows.length; row += 1) {
          const own = encoded.subarray(row * width, (row + 1) * width)
          for (let k = 0; k < classes; k += 1) {
            let score = starts[k]!
            for (let j = 0; j < numbers; j += 1) {
              score -= (Math.fround(own[j]! - means[k * numbers + j]!) * inverses[k * numbers + j]!) ** 2
            }
            for (let g = 0; g < groups.length; g += 1) score += own[numbers + g]! * ratios[k * groups.length + g]!
            scores[k] = score
          }
          writeAnswer('multiclass', scores, answers, row * classes)
        }
        return answers
      },
      toGraph(graph, inputs) {
        const encoded = encoder.toGraph(graph, inputs)
        const [axis, middle, end] = [graph.int64s([1]), graph.int64s([numbers]), graph.int64s([width])]
        let scores = graph.floats(starts, [1, classes])
        if (numbers) {
          const own = graph.node('Slice', [encoded, graph.int64s([0]), middle, axis])
          const wide = graph.node('Unsqueeze', [own, axis])
          const centred = graph.node('Sub', [wide, graph.floats(means, [classes, numbers])])
          const scaled = graph.node('Mul', [centred, graph.floats(inverses, [classes, numbers])])
          scores = graph.node('Sub', [
            scores,
            graph.node('ReduceSumSquare', [scaled], { axes: { ints: [2] }, keepdims: { int: 0 } }),
          ])
        }
        if (groups.length) {
          const own = graph.node('Slice', [encoded, middle, end, axis])
          const weights = graph.floats(ratios, [classes, groups.length])
          scores = graph.node('Add', [scores, graph.node('Gemm', [own, weights], { transB: { int: 1 } })])
        }
        return addAnswer(graph, 'multiclass', scores)
      },
      warnings: [],
      settled: {},
      placement: [],
      bytesPerStep: null,
    }
  },
}

/** Of a column's deviation over all rows: a class whose numbers are all but the same is not surer than this. */
const leastDeviation = 0.01
