import type { TextEncoding } from './text-encoding.ts'
import { spreadOf, textsOf } from './value-tables.ts'

/**
 * Each text as the place of its value in the order of the alphabet (by code unit), standardised; a missing text or a value that no training
 * row has is −1 before that. As scikit-learn's OrdinalEncoder with unknown_value=-1.
 */
export const ordinal: TextEncoding = {
  id: 'ordinal',
  help: 'one column, the place of the value in the alphabet: for values that lie in that order',
  fit: (columns, { train }) =>
    textsOf(
      columns.map(column => {
        const { codes, dictionary, name } = column
        const seen = new Set(Array.from(train, row => codes[row]!))
        const sorted = [...seen].filter(code => code >= 0).sort((a, b) => (dictionary[a]! < dictionary[b]! ? -1 : 1))
        const places = new Float64Array(dictionary.length + 1).fill(-1)
        sorted.forEach((code, place) => {
          places[code + 1] = place
        })
        const { mean, deviation } = spreadOf(Float64Array.from(train, row => places[codes[row]! + 1]!))
        const scaled = (place: number) => Math.fround((place - mean) / deviation)
        return {
          ...{ column, name: `${name}: place`, values: Float32Array.from(places, scaled), other: scaled(-1) },
          isKnown: code => code >= 0 && seen.has(code),
        }
      }),
    ),
}
