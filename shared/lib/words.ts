/** A word is letters and digits; the first character of what stands for a missing text is one of them here. */
const wordPattern = /[\p{L}\p{N}\u{F8FF}]+/gu
/** The same for RE2, which knows letters and digits by the same classes. */
export const wordExpression = '[\\pL\\pN\\x{F8FF}]+'

export const wordsOf = (text: string): string[] => text.match(wordPattern) ?? []

/** Whether texts are sentences rather than names: more than two words on average. False for none. */
export function areSentences(texts: Iterable<string>): boolean {
  let count = 0
  let words = 0
  for (const text of texts) {
    count += 1
    words += wordsOf(text).length
  }
  return words > 2 * count
}
