import type { Signature } from '../../../../../shared/inference/signature.ts'
import type { GraphBuilder } from '../../../runtime/index.ts'
import type { RawInputs, TrainingData } from '../../algorithm.ts'
import { dateParts } from './date-parts.ts'
import type { Derivation } from './derivation.ts'
import { words } from './words.ts'

const derivations: readonly Derivation[] = [dateParts, words]

/**
 * Adds what can be made of raw columns to what is learned from, so that every algorithm has it: parts of dates, words of sentences. `toGraph`
 * adds the same to a graph, behind its raw numbers.
 */
export function deriveFeatures(
  data: TrainingData,
  { inputs }: Pick<Signature, 'inputs'>,
  ways: readonly Derivation[] = derivations,
): { data: TrainingData; toGraph(graph: GraphBuilder, raw: RawInputs): RawInputs } {
  const slots = new Map(inputs.flatMap(input => input.columns).map(slot => [slot.name, slot]))
  const byName = new Map(data.table.columns.map(column => [column.name, column]))
  const made = data.features.flatMap(name => {
    const column = byName.get(name)!
    return ways.flatMap(each => {
      const derived = each.derive(column, slots.get(name)!, data.train)
      return derived ? [{ ...derived, from: name, isText: column.kind === 'text' }] : []
    })
  })
  if (made.length === 0) return { data, toGraph: (_graph, raw) => raw }
  const taken = new Set(data.table.columns.map(({ name }) => name))
  const columns = made
    .flatMap(each => each.columns)
    .map(column => {
      // A raw column may bear the name of what is made of another.
      while (taken.has(column.name)) column.name += '′'
      taken.add(column.name)
      return column
    })
  return {
    data: {
      ...data,
      table: { ...data.table, columns: [...data.table.columns, ...columns] },
      features: [...data.features, ...columns.map(({ name }) => name)],
      madeOf: new Map(made.flatMap(each => each.columns.map(({ name }) => [name, each.from] as const))),
    },
    toGraph(graph, raw) {
      const parts = made.map(({ from, isText, toGraph }) => {
        const [tensor, slot] = isText ? ['text', raw.text.get(from)!] : [raw.numbers, raw.numeric.get(from)!]
        return toGraph(graph, graph.node('Gather', [tensor, graph.int64s([slot])], { axis: { int: 1 } }))
      })
      const all = raw.numeric.size ? [raw.numbers, ...parts] : parts
      const numeric = new Map(raw.numeric)
      for (const { name } of columns) numeric.set(name, numeric.size)
      return {
        text: raw.text,
        numeric,
        numbers: all.length === 1 ? all[0]! : graph.node('Concat', all, { axis: { int: 1 } }),
      }
    },
  }
}
