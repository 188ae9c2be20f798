import { missingText } from '../../../../../shared/inference/signature.ts'
import type { TextColumn } from '../../../../../shared/inference/table.ts'
import type { Texts } from './text-encoding.ts'

/** One column of numbers made of a text: what each value stands for. */
export interface ValueTable {
  column: TextColumn
  name: string
  /** By dictionary code + 1, the first is a missing text; float32. */
  values: Float32Array
  /** Whether a value was told apart in training; the others stand for `other`. */
  isKnown(code: number): boolean
  other: number
  /** What a training row is learned with, where that is not its value's number. */
  learned?(row: number): number
}

/** Texts that stand for numbers, looked up value by value in the graph. */
export function textsOf(tables: readonly ValueTable[]): Texts {
  return {
    width: tables.length,
    groups: [],
    names: tables.map(({ name }) => name),
    encode(rows, matrix, width, offset, isLearned) {
      tables.forEach(({ column, values, learned }, place) => {
        const of = isLearned && learned ? learned : (row: number) => values[column.codes[row]! + 1]!
        for (let at = 0; at < rows.length; at += 1) matrix[at * width + offset + place] = of(rows[at]!)
      })
    },
    toGraph: (graph, slots) =>
      tables.map(({ column, values, isKnown, other }) => {
        const codes = Array.from(values.keys(), code => code - 1).filter(isKnown)
        const text = graph.node('Gather', ['text', graph.int64s([slots.get(column.name)!])], { axis: { int: 1 } })
        return graph.node('ml.LabelEncoder', [text], {
          keys_strings: { strings: codes.map(code => (code < 0 ? missingText : column.dictionary[code]!)) },
          values_floats: { floats: codes.map(code => values[code + 1]!) },
          default_float: { float: other },
        })
      }),
  }
}

/** Mean and standard deviation of numbers; 1 where they do not vary. */
export function spreadOf(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0)
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0)
  return { mean, deviation: Math.sqrt(variance) || 1 }
}
