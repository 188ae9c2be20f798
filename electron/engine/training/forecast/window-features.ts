import type { NumericColumn } from '../../../../shared/inference/table.ts'
import { GraphBuilder, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import type { RawInputs, TrainingData } from '../algorithm.ts'
import type { Frame } from './frame.ts'

const blockRows = 65_536

/**
 * Columns made of the last values: the value of one season before the foretold time, which the answer is told from, and of
 * earlier seasons less that; how the last value changed
 * over a season; and mean (less the former) and standard deviation of the last values over one season and over all. Missing values are left out of
 * means; where the one of a season before is missing, the mean of all stands for it, or 0. Worked out by the nodes of the graph itself, so that a
 * branch of a tree sees the same bits.
 */
export async function addWindowFeatures(
  data: TrainingData,
  frame: Frame,
): Promise<{ data: TrainingData; toGraph(graph: GraphBuilder, raw: RawInputs): RawInputs }> {
  const count = frame.lags.length
  const taken = new Set(data.table.columns.map(({ name }) => name))
  const names = namesOf(frame).map(name => {
    let free = name
    while (taken.has(free)) free += '′'
    return free
  })
  const byName = new Map(data.table.columns.map(column => [column.name, column as NumericColumn]))
  const inputs = [...frame.lags, frame.step].map(name => byName.get(name)!.values)
  const graph = new GraphBuilder('window')
  const given = graph.input('given', 'float32', ['N', count + 1])
  const slots = graph.int64s(Array.from({ length: count }, (_, k) => k))
  const lags = graph.node('Gather', [given, slots], { axis: { int: 1 } })
  const step = graph.node('Gather', [given, graph.int64s([count])], { axis: { int: 1 } })
  const output = addTo(graph, frame, lags, step)
  graph.output(output, 'float32', ['N', names.length])
  const { Tensor } = await loadOnnxRuntime()
  const session = await openSession(graph.build(), { threads: 1 })
  const { rows } = data.table
  const made = names.map(() => new Float64Array(rows))
  for (let from = 0; from < rows; from += blockRows) {
    const size = Math.min(blockRows, rows - from)
    const matrix = new Float32Array(size * (count + 1))
    inputs.forEach((values, k) => {
      for (let i = 0; i < size; i += 1) matrix[i * (count + 1) + k] = values[from + i]!
    })
    const result = await session.run({ given: new Tensor('float32', matrix, [size, count + 1]) })
    const told = result[output]!.data as Float32Array
    made.forEach((values, k) => {
      for (let i = 0; i < size; i += 1) values[from + i] = told[i * names.length + k]!
    })
  }
  await session.release()
  const columns = names.map((name, k) => ({ name, type: 'number', kind: 'numeric', values: made[k]! }) as const)
  return {
    data: {
      ...data,
      table: { ...data.table, columns: [...data.table.columns, ...columns] },
      features: [...data.features, ...names],
      base: names[0]!,
    },
    toGraph(into, raw) {
      const slotsOf = (wanted: string[]) => into.int64s(wanted.map(name => raw.numeric.get(name)!))
      const pick = (wanted: string[]) => into.node('Gather', [raw.numbers, slotsOf(wanted)], { axis: { int: 1 } })
      const added = addTo(into, frame, pick(frame.lags), pick([frame.step]))
      const numeric = new Map(raw.numeric)
      for (const name of names) numeric.set(name, numeric.size)
      return { ...raw, numeric, numbers: into.node('Concat', [raw.numbers, added], { axis: { int: 1 } }) }
    },
  }
}

function namesOf({ season, lags }: Frame): string[] {
  return [
    'one season before',
    ...earlierSeasons({ season, lags }).map(back => `${back} seasons before`),
    ...(lags.length > season ? ['change over a season'] : []),
    ...windowsOf({ season, lags }).flatMap(size => [`mean of the last ${size}`, `deviation of the last ${size}`]),
  ]
}

/** Seasons further back that the last values reach, at most two. */
function earlierSeasons({ season, lags }: Pick<Frame, 'season' | 'lags'>): number[] {
  return [2, 3].filter(back => back * season <= lags.length)
}

function windowsOf({ season, lags }: Pick<Frame, 'season' | 'lags'>): number[] {
  return [...new Set([Math.min(season, lags.length), lags.length])].filter(size => size > 1)
}

/** `lags` [N, L], the latest first, and `step` [N, 1] → the columns [N, names]. */
function addTo(graph: GraphBuilder, frame: Frame, lags: string, step: string): string {
  const { season, lags: names, horizon } = frame
  const count = names.length
  const sum = (values: string) => graph.node('ReduceSum', [values, graph.int64s([1])], { keepdims: { int: 1 } })
  const windowOf = (size: number) => {
    const values =
      size === count ? lags : graph.node('Slice', [lags, graph.int64s([0]), graph.int64s([size]), graph.int64s([1])])
    const isMissing = graph.node('IsNaN', [values])
    const known = graph.node('Where', [isMissing, graph.float(0), values])
    const there = graph.node('Cast', [graph.node('Not', [isMissing])], { to: { int: 1 } })
    const rows = graph.node('Max', [sum(there), graph.float(1)])
    const mean = graph.node('Div', [sum(known), rows])
    const from = graph.node('Where', [isMissing, graph.float(0), graph.node('Sub', [known, mean])])
    const variance = graph.node('Div', [sum(graph.node('Mul', [from, from])), rows])
    return { mean, deviation: graph.node('Sqrt', [variance]) }
  }
  // One season before step h lies, where the season is shorter than that, several: place m·⌈h / m⌉ − h among the last values.
  const places = Array.from({ length: horizon + 1 }, (_, ahead) =>
    Math.min(count - 1, season * Math.ceil(Math.max(1, ahead) / season) - Math.max(1, ahead)),
  )
  const isStep = graph.node('Where', [graph.node('IsNaN', [step]), graph.float(1), step])
  const clipped = graph.node('Clip', [isStep, graph.float(1), graph.float(horizon)])
  const whole = graph.node('Cast', [graph.node('Floor', [clipped])], { to: { int: 7 } })
  const place = graph.node('Gather', [graph.int64s(places), whole])
  const before = graph.node('GatherElements', [lags, place], { axis: { int: 1 } })
  const all = windowOf(count)
  const base = graph.node('Where', [graph.node('IsNaN', [before]), all.mean, before])
  const parts = [base]
  for (const back of earlierSeasons(frame)) {
    const earlier = graph.node('Add', [place, graph.int64s([(back - 1) * season])])
    parts.push(graph.node('Sub', [graph.node('GatherElements', [lags, earlier], { axis: { int: 1 } }), base]))
  }
  if (count > season) {
    const at = (k: number) => graph.node('Gather', [lags, graph.int64s([k])], { axis: { int: 1 } })
    parts.push(graph.node('Sub', [at(0), at(season)]))
  }
  for (const size of windowsOf(frame)) {
    const { mean, deviation } = size === count ? all : windowOf(size)
    parts.push(graph.node('Sub', [mean, base]), deviation)
  }
  return graph.node('Concat', parts, { axis: { int: 1 } })
}
