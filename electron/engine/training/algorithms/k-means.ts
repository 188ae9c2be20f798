import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '../../../../shared/errors.ts'
import { kMeans as findCentres, type KMeans, Pcg32, type Products, silhouettes } from '../../numerics/index.ts'
import { GraphBuilder, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import type { Algorithm } from '../algorithm.ts'
import { fitDenseEncoder } from '../features/index.ts'

const blockRows = 16_384
/** Numbers of a block of products. */
const blockNumbers = 2 ** 20

/** Rows by the nearest of a few centres, between standardised columns. Clusters are numbered by falling size. */
export const kMeans: Algorithm = {
  id: 'k-means',
  name: 'k-means',
  help: 'Clusters, groups of rows that are alike, without a target: each row belongs to the nearest of so many centres.',
  usual: false,
  tasks: ['clusters'],
  devices: ['cpu'],
  deviceReason: 'its steps are sums over rows, done before a device has taken them',
  parameters: [
    {
      ...{ name: 'clusters', kind: 'integer', default: 4, minimum: 2, maximum: 1000 },
      help: 'How many; the silhouette of several runs says which number suits the data',
    },
    {
      ...{ name: 'starts', kind: 'integer', default: 10, minimum: 1, maximum: 1000 },
      help: 'Drawn starts, of which the best is kept',
    },
    {
      ...{ name: 'iterations', kind: 'integer', default: 300, minimum: 1, maximum: 100_000, advanced: true },
      help: 'Most of one start',
    },
  ],
  expectedSeconds: ({ trainRows, width }, { clusters, starts }) =>
    0.05 + trainRows * (width + 2) * (clusters as number) * (starts as number) * 25 * 3e-10,

  async fit(data, parameters, context) {
    context.progress(null, 'encoding columns')
    const encoder = fitDenseEncoder(data)
    const { width } = encoder
    const count = parameters.clusters as number
    const starts = parameters.starts as number
    const points = encoder.encode(data.train)
    requireDifferent(points, width, count)
    let best = Number.POSITIVE_INFINITY
    const { products, close } = await openProducts(points, width, context.threads)
    const found = await findCentres(points, width, {
      ...{ count, starts, mostIterations: parameters.iterations as number, products },
      random: new Pcg32(context.seed),
      async proceed(start) {
        context.progress(start / starts, `start ${start + 1} of ${starts}`)
        await nextTurn()
        context.signal.throwIfAborted()
        return !context.finish.aborted
      },
      ended(start, inertia) {
        best = Math.min(best, inertia)
        context.metric('inertia', start + 1, best)
      },
    }).finally(close)
    const centres = bySize(found, width)
    const classes = Array.from({ length: count }, (_, place) => String(place + 1))
    const addTo = (graph: GraphBuilder, encoded: string) => {
      const squares = squaresOf(centres, width)
      const own = graph.node('ReduceSumSquare', [encoded], { axes: { ints: [1] }, keepdims: { int: 1 } })
      // |a − b|² = |a|² − 2 a·b + |b|².
      const products = graph.node('Gemm', [encoded, graph.floats(centres, [count, width]), graph.floats(squares)], {
        ...{ alpha: { float: -2 }, transB: { int: 1 } },
      })
      const distances = graph.node('Sqrt', [graph.node('Relu', [graph.node('Add', [products, own])])])
      return { distances, cluster: graph.node('ArgMin', [distances], { axis: { int: 1 }, keepdims: { int: 1 } }) }
    }
    // By the same nodes: which of two centres is nearer may hang on the last bit.
    const placesOf = async (rows: Int32Array) => {
      const { Tensor } = await loadOnnxRuntime()
      const graph = new GraphBuilder('centres')
      const { cluster } = addTo(graph, graph.input('encoded', 'float32', ['N', width]))
      graph.output(cluster, 'int64', ['N', 1])
      const session = await openSession(graph.build(), { threads: context.threads })
      const places = new Int32Array(rows.length)
      for (let from = 0; from < rows.length; from += blockRows) {
        const block = rows.subarray(from, from + blockRows)
        const encoded = new Tensor('float32', encoder.encode(block), [block.length, width])
        const result = await session.run({ encoded })
        places.set(Int32Array.from(result[cluster]!.data as BigInt64Array, Number), from)
      }
      await session.release()
      return places
    }
    return {
      async predict(rows) {
        const answers = new Float32Array(rows.length * count)
        ;(await placesOf(rows)).forEach((place, i) => {
          answers[i * count + place] = 1
        })
        return answers
      },
      toGraph(graph, inputs) {
        const { distances, cluster } = addTo(graph, encoder.toGraph(graph, inputs))
        graph.output(graph.node('Identity', [distances], {}, 'distances'), 'float32', ['N', count])
        // They are named from 1 on.
        return graph.node('Add', [cluster, graph.int64s([1])])
      },
      signature: { classes, outputs: { probabilities: null, value: 'cluster' } },
      async measured(rows) {
        const places = await placesOf(rows)
        const matrix = encoder.encode(rows)
        const alike = silhouettes(matrix, width, places, count)
        const told = new Float32Array(3 * rows.length)
        places.forEach((place, i) => {
          let squares = 0
          for (let k = 0; k < width; k += 1) squares += (matrix[i * width + k]! - centres[place * width + k]!) ** 2
          told.set([place, squares, alike[i]!], 3 * i)
        })
        return told
      },
      warnings: [],
      placement: [],
      bytesPerStep: null,
    }
  },
}

const squaresOf = (rows: Float32Array, width: number): Float32Array =>
  rows.reduce(
    (sums, value, i) => {
      sums[Math.floor(i / width)]! += value * value
      return sums
    },
    new Float32Array(rows.length / width),
  )

/** Distances as products of matrices, on all threads. */
async function openProducts(points: Float32Array, width: number, threads: number) {
  const { Tensor } = await loadOnnxRuntime()
  const graph = new GraphBuilder('products')
  const inputs = [
    graph.input('rows', 'float32', ['N', width]),
    graph.input('others', 'float32', ['M', width]),
    graph.input('squares', 'float32', ['M']),
  ]
  const product = graph.node('Gemm', inputs, { alpha: { float: -2 }, transB: { int: 1 } })
  graph.output(product, 'float32', ['N', 'M'])
  const session = await openSession(graph.build(), { threads })
  const products: Products = async (matrix, each) => {
    const many = matrix.length / width
    const others = new Tensor('float32', matrix, [many, width])
    const squares = new Tensor('float32', squaresOf(matrix, width), [many])
    const step = Math.max(1, Math.floor(blockNumbers / many))
    for (let from = 0; from < points.length / width; from += step) {
      const block = points.subarray(from * width, (from + step) * width)
      const rows = new Tensor('float32', block, [block.length / width, width])
      const { [product]: result } = await session.run({ rows, others, squares })
      each(from, result!.data as Float32Array)
    }
  }
  return { products, close: () => session.release() }
}

/** Throws `bad-data` where fewer rows than centres are different: some clusters would have no row. */
function requireDifferent(points: Float32Array, width: number, count: number): void {
  const rows = new Set<string>()
  for (let from = 0; from < points.length && rows.size < count; from += width) {
    rows.add(points.subarray(from, from + width).join())
  }
  if (rows.size >= count) return
  throw new AppError(
    'bad-data',
    `Only ${rows.size} of the training rows are different, too few for ${count} clusters`,
    {
      mend: 'Ask for fewer clusters, or leave fewer columns out.',
    },
  )
}

/** The centres as float32, that of the most training rows first. */
function bySize({ centres, nearest }: KMeans, width: number): Float32Array {
  const sizes = new Float64Array(centres.length / width)
  for (const place of nearest) sizes[place]! += 1
  const order = Array.from(sizes.keys()).sort((a, b) => sizes[b]! - sizes[a]! || a - b)
  return Float32Array.from(order.flatMap(place => Array.from(centres.subarray(place * width, (place + 1) * width))))
}
