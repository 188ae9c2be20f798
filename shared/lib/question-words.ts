import type { TreeQuestion } from '../model/learned.ts'

/** Both answers to a question of a tree, such as `age ≤ 30` and `age > 30`; a missing number is said where it goes. */
export function questionWords(
  { column, atMost, oneOf, others, missing }: TreeQuestion,
  show: (value: number) => string,
): { yes: string; no: string } {
  const gap = (side: 'yes' | 'no') => (missing === side ? ' or missing' : '')
  if (atMost !== null) {
    const bound = typeof atMost === 'number' ? show(atMost) : atMost
    return { yes: `${column} ≤ ${bound}${gap('yes')}`, no: `${column} > ${bound}${gap('no')}` }
  }
  const texts = (oneOf ?? []).map(text => (text === null ? 'missing' : text))
  const list = [...texts, ...(others ? [`${others} more`] : [])].join(', ')
  const [is, isNot] = texts.length + others === 1 ? ['=', '≠'] : ['is one of', 'is none of']
  return { yes: `${column} ${is} ${list}${gap('yes')}`, no: `${column} ${isNot} ${list}${gap('no')}` }
}
