import type { PairedDifference } from '../../shared/model/run.ts'
import { textTable } from './text-table.ts'
import { number } from './values.ts'

type Row = PairedDifference & { run?: string }

/** One line a metric, and a run where the differences are of several. */
export function differencesTable(differences: readonly Row[]): string {
  return textTable(
    [...differences],
    [
      ...(differences.some(({ run }) => run !== undefined)
        ? [{ title: 'run', value: (difference: Row) => difference.run }]
        : []),
      { title: 'metric', value: (difference: Row) => difference.metric },
      { title: 'difference', value: (difference: Row) => number(difference.difference), right: true },
      { title: '95 % interval', value: (difference: Row) => difference.interval.map(number).join(' – ') },
      { title: 'verdict', value: (difference: Row) => difference.verdict },
    ],
    'No metric in common',
  )
}
