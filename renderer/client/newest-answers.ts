/**
 * Of questions that are asked again and again the answers come in any order: `ask` gives the number of a question, and `isNewer` whether
 * its answer is of a later question than all that were taken before, which takes it. Each `what` has an order of its own.
 */
export function newestAnswers<What>(): { ask(): number; isNewer(what: What, question: number): boolean } {
  let asked = 0
  const taken = new Map<What, number>()
  return {
    ask() {
      asked += 1
      return asked
    },
    isNewer(what, question) {
      if (question <= (taken.get(what) ?? 0)) return false
      taken.set(what, question)
      return true
    },
  }
}
