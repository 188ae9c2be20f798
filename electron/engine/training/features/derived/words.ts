import { missingText } from '../../../../../shared/inference/signature.ts'
import type { TextColumn } from '../../../../../shared/inference/table.ts'
import { areSentences, wordExpression, wordsOf } from '../../../../../shared/lib/words.ts'
import type { Derivation } from './derivation.ts'

/** Most words of one column that get a column of their own. */
const mostWords = 300
/** Cells of all of them, 8 bytes each, for one column of sentences. */
const mostCells = 25_000_000
const fewestRows = 3
/** Texts that tell whether a column holds sentences. */
const mostTold = 1000
/** The spellings that count as one word. The runtimes' own lower case differs from one to another. */
const spellings = (word: string) => [
  ...new Set([word, `${word[0]!.toUpperCase()}${word.slice(1)}`, word.toUpperCase()]),
]

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
        const flat = graph.node('Reshape', [raw, graph.int64s([-1])])
        const split = graph.node('ms.Tokenizer', [flat], {
          ...{ mark: { int: 0 }, mincharnum: { int: 1 }, pad_value: { string: '' } },
          tokenexp: { string: wordExpression },
        })
        const counts = graph.node('TfIdfVectorizer', [split], {
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

/** `texts[0]` stands for a missing one, `texts[code + 1]` for a value of the column. */
function findVocabulary(texts: readonly string[][], codes: Int32Array, train: Int32Array): Word[] {
  const rowsOf = new Int32Array(texts.length)
  for (const row of train) rowsOf[codes[row]! + 1]! += 1
  const rows = new Map<string, number>()
  const known = new Map<string, string>()
  const counted = (word: string) => {
    let as = known.get(word)
    if (as === undefined) {
      as = lowered(word)
      known.set(word, as)
    }
    return as
  }
  texts.forEach((list, place) => {
    if (rowsOf[place] === 0) return
    for (const word of new Set(list.map(counted))) rows.set(word, (rows.get(word) ?? 0) + rowsOf[place]!)
  })
  const most = Math.min(mostWords, Math.floor(mostCells / codes.length))
  return Array.from(rows, ([word, count]) => ({ word, count }))
    .filter(({ count }) => count >= fewestRows && count < train.length)
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
    .slice(0, most)
    .map(({ word, count }) => ({ word, weight: Math.fround(Math.log((1 + train.length) / (1 + count)) + 1) }))
}

/** The word that a spelling counts as; one in mixed case is a word of its own. */
function lowered(word: string): string {
  const lower = word.toLowerCase()
  return spellings(lower).includes(word) ? lower : word
}
