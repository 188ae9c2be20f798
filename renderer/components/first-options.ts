import type { ComboboxParsedItem, OptionsFilter } from '@mantine/core'
import { formatCount } from '../../shared/lib/format.ts'
import { texts } from './texts.ts'

/** Options that a choice draws at once; the columns of a wide table would hold the window up for seconds. */
const mostOptions = 100
/** No column is named so. */
const more = '\u{F8FF}more'

const labelOf = (option: ComboboxParsedItem) => String('group' in option ? option.group : option.label)

/** The first of the options that hold what was typed, and behind them a line that says how many more there are. */
export const firstOptions: OptionsFilter = ({ options, search }) => {
  const typed = search.trim().toLowerCase()
  const found = options.filter(option => labelOf(option).toLowerCase().includes(typed))
  if (found.length <= mostOptions) return found
  const label = texts.moreOptions(formatCount(found.length - mostOptions))
  return [...found.slice(0, mostOptions), { value: more, label, disabled: true }]
}
