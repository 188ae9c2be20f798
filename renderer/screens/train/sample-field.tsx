import { NumberInput } from '@mantine/core'
import { formatCount } from '../../../shared/lib/format.ts'
import { fewestSampleRows } from '../../../shared/model/run.ts'
import { texts } from './texts.ts'

/** How many of the rows are learned from and measured by; empty for all. */
export function SampleField(props: {
  rows: number
  value: number | null
  isDisabled: boolean
  onChange(value: number | null): void
}) {
  const { rows, value, isDisabled, onChange } = props
  return (
    <NumberInput
      size="xs"
      label={texts.sampleRows}
      description={texts.sampleRowsHelp}
      placeholder={texts.everyRow(formatCount(rows))}
      min={fewestSampleRows}
      allowDecimal={false}
      thousandSeparator=","
      disabled={isDisabled}
      value={isDisabled ? '' : (value ?? '')}
      onChange={next => onChange(Number(next) || null)}
    />
  )
}
