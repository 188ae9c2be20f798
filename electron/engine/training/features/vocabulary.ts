import { wordExpression } from '../../../../shared/lib/words.ts'
import type { GraphBuilder } from '../../runtime/index.ts'

/** The spellings that count as one word. The runtimes' own lower case differs from one to another. */
export const spellings = (word: string): string[] => [
  ...new Set([word, `${word[0]!.toUpperCase()}${word.slice(1)}`, word.toUpperCase()]),
]

/**
 * In how many of `rows` each word is, the most frequent first, then by the alphabet. `texts[0]` are the words of a missing text, `texts[code + 1]` those of a
 * value of the column.
 */
export function countWords(
  texts: readonly string[][],
  codes: Int32Array,
  rows: Int32Array,
): { word: string; count: number }[] {
  const rowsOf = new Int32Array(texts.length)
  for (const row of rows) rowsOf[codes[row]! + 1]! += 1
  const counts = new Map<string, number>()
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
    for (const word of new Set(list.map(counted))) counts.set(word, (counts.get(word) ?? 0) + rowsOf[place]!)
  })
  return Array.from(counts, ([word, count]) => ({ word, count })).sort(
    (a, b) => b.count - a.count || (a.word < b.word ? -1 : 1),
  )
}

/** The word that a spelling counts as; one in mixed case is a word of its own. */
function lowered(word: string): string {
  const lower = word.toLowerCase()
  return spellings(lower).includes(word) ? lower : word
}

/** Adds what `wordsOf` does to a graph: texts [N, 1] to words [N, the most of any], filled up with "". */
export function addWords(graph: GraphBuilder, texts: string): string {
  return graph.node('ms.Tokenizer', [graph.node('Reshape', [texts, graph.int64s([-1])])], {
    ...{ mark: { int: 0 }, mincharnum: { int: 1 }, pad_value: { string: '' } },
    tokenexp: { string: wordExpression },
  })
}
