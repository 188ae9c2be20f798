import { NumberInput, Select } from '@mantine/core'
import type { ColumnProfile } from '../../../shared/model/dataset.ts'
import type { Run, SplitBy } from '../../../shared/model/run.ts'
import { texts } from './texts.ts'

export type SplitWanted = Pick<Run, 'splitColumn' | 'splitBy'> & {
  /** Null where it is left to what is started: none of a training, what suits the rows of a search. */
  folds: number | null
}

/** As it is asked for; one fold would leave nothing to learn from, and means none. */
export const splitRequest = ({ splitColumn, splitBy, folds }: SplitWanted) => ({
  ...(splitColumn === null ? {} : { splitColumn, splitBy }),
  ...(folds === null ? {} : { folds: folds < 2 ? 0 : folds }),
})

const partNames = ['train', 'validation', 'test']

/** What a column that is to split the rows most likely holds. */
export function likelySplit({ type, top }: Pick<ColumnProfile, 'type' | 'top'>): SplitBy {
  if (type === 'date' || type === 'datetime' || type === 'number') return 'time'
  const values = (top ?? []).map(({ value }) => value.trim().toLowerCase())
  return type === 'text' && values.length > 0 && values.every(value => partNames.includes(value)) ? 'parts' : 'group'
}

/** By what the rows are split, and in how many folds they are validated. */
export function SplitFields({
  columns,
  value,
  byOrigin,
  onChange,
}: {
  columns: readonly ColumnProfile[]
  value: SplitWanted
  /** A forecast is split by time, in its own way. */
  byOrigin: boolean
  onChange: (value: SplitWanted) => void
}) {
  const { splitBy, folds } = value
  const splitColumn = byOrigin ? null : value.splitColumn
  return (
    <>
      <Select
        size="xs"
        clearable
        searchable
        label={texts.splitColumn}
        disabled={byOrigin}
        description={byOrigin ? texts.splitByOrigin : splitColumn === null ? texts.randomSplit : ' '}
        placeholder={byOrigin ? texts.time : texts.random}
        data={columns.map(({ name }) => name)}
        value={splitColumn}
        onChange={name => {
          const column = columns.find(each => each.name === name)
          onChange({ ...value, splitColumn: name, ...(column ? { splitBy: likelySplit(column) } : {}) })
        }}
      />
      {splitColumn !== null && (
        <Select
          size="xs"
          allowDeselect={false}
          label={texts.splitBy}
          description={texts.splitByHelp[splitBy]}
          data={Object.entries(texts.splitByNames).map(([by, label]) => ({ value: by, label }))}
          value={splitBy}
          onChange={by => onChange({ ...value, splitBy: (by ?? 'parts') as SplitBy })}
        />
      )}
      <NumberInput
        size="xs"
        label={texts.folds}
        description={folds === null ? texts.foldsOpen : folds < 2 ? texts.noFolds : texts.foldsHelp}
        placeholder={texts.foldsLeft}
        min={0}
        max={50}
        allowDecimal={false}
        value={folds ?? ''}
        onChange={next => onChange({ ...value, folds: next === '' ? null : Number(next) || 0 })}
      />
    </>
  )
}
