import { formatRange } from '../../../shared/lib/format.ts'
import { isLearnedAsClasses } from '../../../shared/lib/learned-as-classes.ts'
import type { ColumnProfile } from '../../../shared/model/dataset.ts'
import { texts } from './texts.ts'

/** What a column would be learned as, in words. The engine decides: this tells it before the start. */
export function targetKind(column: ColumnProfile): { isClasses: boolean; classes: string[]; text: string } {
  const isClasses = isLearnedAsClasses(column)
  if (!isClasses)
    return {
      isClasses,
      classes: [],
      text: texts.learnedAsNumber(formatRange([String(column.min), String(column.max)])),
    }
  const classes = column.top.map(({ value }) => value)
  const shown = classes.slice(0, 5).join(', ')
  const more = column.distinct > 5 ? `, … (${column.distinct})` : ''
  return {
    isClasses,
    classes: column.distinct === 2 ? classes.toSorted() : classes,
    text: texts.learnedAsClasses(`${shown}${more}`),
  }
}
