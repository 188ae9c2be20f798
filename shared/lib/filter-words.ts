import type { RowFilter } from '../model/dataset.ts'

const words: Record<RowFilter['operator'], string> = {
  ...{ equals: '=', 'not-equals': '≠', less: '<', 'at-most': '≤', greater: '>', 'at-least': '≥', contains: 'contains' },
  ...{ missing: 'is missing', present: 'is there', infinite: 'is infinite', 'no-number': 'is no number' },
}

/** Conditions as a person reads them: `age ≥ 40, age < 62, city = Graz`. */
export function filterWords(where: readonly RowFilter[]): string {
  return where
    .map(({ column, operator, value }) => [column, words[operator], ...(value === undefined ? [] : [value])].join(' '))
    .join(', ')
}
