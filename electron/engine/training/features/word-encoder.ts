import { missingText } from '../../../../shared/inference/signature.ts'
import type { TextColumn } from '../../../../shared/inference/table.ts'
import { wordsOf } from '../../../../shared/lib/words.ts'
import type { Encoder } from './encoder.ts'
import { addWords, countWords, spellings } from './vocabulary.ts'

const fewestRows = 2
const mostWords = 20_000
/** Share of the training rows of which every word is read: one text without end does not make all others wait. */
const covered = 0.99
/** Places that are no word: what fills a text up, and a word that is not known. */
const [filling, unknown, firstWord] = [0, 1, 2] as const

export interface WordEncoder extends Encoder {
  /** Places that are told apart. */
  vocabulary: number
  /** Training rows whose text is longer than what is read of it. */
  cut: number
}

/**
 * A text column as the places of its first words in a vocabulary, in their order: 0 behind the last, 1 for a word that fewer than two training
 * rows have. As wide as 99 of 100 training texts, at most `most`. `Word`, `word` and `WORD` are one; a missing text is a word of its own.
 */
export function fitWordEncoder(column: TextColumn, train: Int32Array, most: number): WordEncoder {
  const { name, codes, dictionary } = column
  const texts = [missingText, ...dictionary].map(wordsOf)
  const words = countWords(texts, codes, train)
    .filter(({ count }) => count >= fewestRows)
    .slice(0, mostWords)
  const placeOf = new Map(words.flatMap(({ word }, i) => spellings(word).map(text => [text, firstWord + i] as const)))
  const lengths = Int32Array.from(train, row => texts[codes[row]! + 1]!.length).sort()
  const width = Math.min(most, Math.max(1, lengths[Math.floor((lengths.length - 1) * covered)]!))
  const places = texts.map(list => list.slice(0, width).map(word => placeOf.get(word) ?? unknown))
  return {
    width,
    vocabulary: firstWord + words.length,
    cut: lengths.filter(length => length > width).length,
    names: Array.from({ length: width }, (_, i) => `${name}, word ${i + 1}`),
    encode(rows) {
      const matrix = new Float32Array(rows.length * width)
      rows.forEach((row, i) => {
        matrix.set(places[codes[row]! + 1]!, i * width)
      })
      return matrix
    },
    toGraph(graph, { text }) {
      const raw = graph.node('Gather', ['text', graph.int64s([text.get(name)!])], { axis: { int: 1 } })
      const found = graph.node('ml.LabelEncoder', [addWords(graph, raw)], {
        keys_strings: { strings: ['', ...placeOf.keys()] },
        values_floats: { floats: [filling, ...placeOf.values()] },
        default_float: { float: unknown },
      })
      const filled = graph.node('Pad', [found, graph.int64s([0, 0, 0, width])])
      return graph.node('Slice', [filled, graph.int64s([0]), graph.int64s([width]), graph.int64s([1])])
    },
  }
}
