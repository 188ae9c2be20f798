import { missingText } from '../../../../../shared/inference/signature.ts'
import type { TextColumn } from '../../../../../shared/inference/table.ts'
import { areSentences, wordsOf } from '../../../../../shared/lib/words.ts'
import { addWords, countWords, spellings } from '../vocabulary.ts'
import type { Derivation } from './derivation.ts'

/** Most words of one column that get a column of their own. */
const mostWords = 300
/** Cells of all of them, 8 bytes each, for one column of sentences. */
const mostCells = 25_000_000
const fewestRows = 3
/** Texts that tell whether a column holds sentences. */
const mostTold = 1000

/** Whether a column holds sentences: more than two words on average in training rows, and mostly texts that do not repeat. */
export function isProse({ codes, dictionary }: TextColumn, train: Int32Array): boolean {
  const used = new Set<number>()
  let there = 0
  for (const row of train) {
    if (codes[row]! < 0) continue
    there += 1
    used.add(codes[row]!)
  }
  if (used.size < Math.max(fewestRows, there / 2)) return false
  // Asked twice of every text column: some texts tell it as well as all.
  return areSentences([...used].slice(0, mostTold).map(code => dictionary[code]!))
}

/**
 * Of sentences: TF-IDF of the words of at least three training rows, the 300 most frequent ones. Each is its share of the known words of the
 * text, times ln((1 + rows) / (1 + rows with it)) + 1. `Word`, `word` and `WORD` are one; a missing text is a word of its own.
 */
export const words: Derivation = {
  derive(column, _slot, train) {
    if (column.kind !== 'text' || !isProse(column, train)) return null
    const { name, codes, dictionary } = column
    const texts = [missingText, ...dictionary].map(wordsOf)
    const vocabulary = findVocabulary(texts, codes, train)
    if (vocabulary.length === 0) return null
    const placeOf = new Map(
      vocabulary.flatMap(({ word }, place) => spellings(word).map(text => [text, place] as const)),
    )
    const places = texts.map(list => list.flatMap(word => placeOf.get(word) ?? []))
    const values = vocabulary.map(() => new Float64Array(codes.length))
    codes.forEach((code, row) => {
      const known = places[code + 1]!
      for (const place of known) values[place]![row]! += 1
      for (const place of new Set(known)) {
        const share = Math.fround(values[place]![row]! / known.length)
        values[place]![row] = Math.fround(share * vocabulary[place]!.weight)
      }
    })
    return {
      columns: vocabulary.map(({ word }, place) => ({
        ...{
          name: word === missingText ? `${name} is missing` : `${name}: “${word}”`,
          type: 'number',
          kind: 'numeric',
        },
        values: values[place]!,
      })),
      toGraph(graph, raw) {
        const counts = graph.node('TfIdfVectorizer', [addWords(graph, raw)], {
          ...{
            mode: { string: 'TF' },
            min_gram_length: { int: 1 },
            max_gram_length: { int: 1 },
            max_skip_count: { int: 0 },
          },
          ngram_counts: { ints: [0] },
          ngram_indexes: { ints: [...placeOf.values()] },
          pool_strings: { strings: [...placeOf.keys()] },
        })
        const known = graph.node('ReduceSum', [counts, graph.int64s([1])], { keepdims: { int: 1 } })
        const shares = graph.node('Div', [counts, graph.node('Max', [known, graph.float(1)])])
        return graph.node('Mul', [shares, graph.floats(vocabulary.map(({ weight }) => weight))])
      },
    }
  },
}

interface Word {
  word: string
  /** Inverse document frequency, float32. */
  weight: number
}

function findVocabulary(texts: readonly string[][], codes: Int32Array, train: Int32Array): Word[] {
  const most = Math.min(mostWords, Math.floor(mostCells / codes.length))
  return countWords(texts, codes, train)
    .filter(({ count }) => count >= fewestRows && count < train.length)
    .slice(0, most)
    .map(({ word, count }) => ({ word, weight: Math.fround(Math.log((1 + train.length) / (1 + count)) + 1) }))
}
