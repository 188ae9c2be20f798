import { Pcg32 } from '../../numerics/index.ts'
import type { GraphBuilder as Graph } from '../../runtime/index.ts'
import { GraphBuilder, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import type { Algorithm } from '../algorithm.ts'
import { encodingOf, encodingParameters, fitDenseEncoder } from '../features/index.ts'

/** Rows that the model keeps: they all lie in the exported file, and each prediction looks at each of them. */
export const mostRows = 10_000
const rowsAtOnce = 1024

/** The answer of the training rows that lie nearest, by Euclidean distance between encoded columns. */
export const nearestNeighbours: Algorithm = {
  id: 'nearest-neighbours',
  name: 'Nearest neighbours',
  help: `k-NN: what the training rows say that are most alike. Up to ${mostRows.toLocaleString('en')} rows are kept in the model, drawn at random where there are more.`,
  usual: false,
  tasks: ['binary', 'multiclass', 'regression'],
  devices: ['cpu'],
  deviceReason: 'there is nothing to train',
  parameters: [
    {
      name: 'neighbours',
      kind: 'integer',
      default: 5,
      minimum: 1,
      maximum: 1000,
      search: { low: 1, high: 100, log: true },
      help: 'Training rows that are asked',
    },
    {
      name: 'weights',
      kind: 'choice',
      default: 'uniform',
      choices: ['uniform', 'distance'],
      search: { choices: ['uniform', 'distance'] },
      help: 'distance: a row counts the more the nearer it is',
    },
    ...encodingParameters,
  ],
  expectedSeconds: ({ trainRows, width }) => trainRows * Math.min(trainRows, mostRows) * (width + 10) * 1e-10,

  async fit(data, parameters, context) {
    context.progress(null, 'encoding columns')
    const encoder = fitDenseEncoder(data, encodingOf(parameters, context.seed))
    const warnings: string[] = []
    let kept = data.train
    if (kept.length > mostRows) {
      kept = new Pcg32(context.seed).shuffle(Int32Array.from(kept)).slice(0, mostRows).sort()
      warnings.push(`The model keeps ${mostRows} of the ${data.train.length} training rows, drawn at random`)
    }
    const { width } = encoder
    const matrix = encoder.encodeLearned(kept)
    const outputs = Math.max(1, data.classes.length)
    const answers = new Float32Array(kept.length * outputs)
    kept.forEach((row, i) => {
      if (data.classes.length) answers[i * outputs + data.target[row]!] = 1
      else answers[i] = data.target[row]!
    })
    const count = Math.min(kept.length, parameters.neighbours as number)
    const byDistance = parameters.weights === 'distance'
    const addTo = (graph: Graph, encoded: string): string => {
      const squares = Float32Array.from({ length: kept.length }, (_, i) => {
        let sum = 0
        for (let j = 0; j < width; j += 1) sum += matrix[i * width + j]! ** 2
        return sum
      })
      const own = graph.node('ReduceSumSquare', [encoded], { axes: { ints: [1] }, keepdims: { int: 1 } })
      // |a − b|² = |a|² − 2 a·b + |b|².
      const products = graph.node(
        'Gemm',
        [encoded, graph.floats(matrix, [kept.length, width]), graph.floats(squares)],
        {
          ...{ alpha: { float: -2 }, transB: { int: 1 } },
        },
      )
      const distances = graph.node('Relu', [graph.node('Add', [products, own])])
      const [nearest, places] = graph.nodes('TopK', [distances, graph.int64s([count])], ['nearest', 'places'], {
        ...{ axis: { int: 1 }, largest: { int: 0 }, sorted: { int: 1 } },
      })
      const said = graph.node('Gather', [graph.floats(answers, [kept.length, outputs]), places!])
      if (!byDistance) return graph.node('ReduceMean', [said], { axes: { ints: [1] }, keepdims: { int: 0 } })
      const weights = graph.node('Reciprocal', [graph.node('Add', [graph.node('Sqrt', [nearest!]), graph.float(1e-6)])])
      const total = graph.node('ReduceSum', [weights, graph.int64s([1])])
      const shares = graph.node('Unsqueeze', [graph.node('Div', [weights, total]), graph.int64s([2])])
      return graph.node('ReduceSum', [graph.node('Mul', [said, shares]), graph.int64s([1])], { keepdims: { int: 0 } })
    }
    return {
      // By the same nodes: which of two rows at all but the same distance is nearer hangs on the last bit.
      async predict(rows) {
        const { Tensor } = await loadOnnxRuntime()
        const graph = new GraphBuilder('neighbours')
        const output = addTo(graph, graph.input('encoded', 'float32', ['N', width]))
        graph.output(output, 'float32', ['N', outputs])
        const session = await openSession(graph.build(), { threads: context.threads })
        const predictions = new Float32Array(rows.length * outputs)
        for (let from = 0; from < rows.length; from += rowsAtOnce) {
          const some = rows.subarray(from, from + rowsAtOnce)
          const result = await session.run({
            encoded: new Tensor('float32', encoder.encode(some), [some.length, width]),
          })
          predictions.set(result[output]!.data as Float32Array, from * outputs)
        }
        await session.release()
        return predictions
      },
      toGraph: (graph, inputs) => addTo(graph, encoder.toGraph(graph, inputs)),
      warnings,
      settled: {},
      placement: [],
      bytesPerStep: null,
    }
  },
}
