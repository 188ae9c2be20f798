import { NumberInput, Select, Slider, TextInput } from '@mantine/core'
import type { RowField } from '../../shared/inference/row-fields.ts'
import type { RawValue } from '../../shared/inference/signature.ts'
import { texts } from './texts.ts'

interface Props {
  field: RowField
  value: RawValue
  isNullable: boolean
  onChange(value: RawValue): void
}

/** Stands for a missing value among the choices; no label holds a control character. */
const missingChoice = '\u0000'

/** One column of the row: a number with a slider, a choice, a day, or a text. */
export function RowInput(props: Props) {
  const { field } = props
  if (field.type === 'number' || field.type === 'integer') return <NumberField {...props} />
  if (field.choices.length > 0) return <ChoiceField {...props} />
  const isTime = field.type === 'date' || field.type === 'datetime'
  return (
    <TextInput
      size="xs"
      type={field.type === 'date' ? 'date' : field.type === 'datetime' ? 'datetime-local' : 'text'}
      step={field.type === 'datetime' ? 1 : undefined}
      label={<FieldName field={field} />}
      value={typeof props.value === 'string' ? props.value : ''}
      placeholder={props.value === null ? texts.row.missing : undefined}
      onChange={event => {
        const text = event.currentTarget.value
        props.onChange(text === '' && isTime ? null : text)
      }}
    />
  )
}

function FieldName({ field: { name, about } }: { field: RowField }) {
  return (
    <span className="column-name" title={about === undefined ? name : `${name}: ${about}`}>
      {name}
    </span>
  )
}

function NumberField({ field, value, onChange }: Props) {
  const { range } = field
  const number = typeof value === 'number' ? value : null
  const isOutside = range !== null && number !== null && (number < range.min || number > range.max)
  return (
    <div className="number-field">
      <NumberInput
        size="xs"
        label={<FieldName field={field} />}
        description={isOutside ? texts.row.outside : undefined}
        value={number ?? ''}
        placeholder={texts.row.missing}
        step={range?.step ?? 1}
        allowDecimal={field.type === 'number'}
        onChange={next => onChange(next === '' || !Number.isFinite(Number(next)) ? null : Number(next))}
      />
      {range && (
        <Slider
          size="xs"
          min={range.min}
          max={range.max}
          step={range.step}
          value={number ?? range.min}
          label={null}
          thumbLabel={field.name}
          onChange={onChange}
        />
      )}
    </div>
  )
}

function ChoiceField({ field, value, isNullable, onChange }: Props) {
  const choices = field.choices.map(label => ({ value: label, label }))
  return (
    <Select
      size="xs"
      searchable={choices.length > 8}
      allowDeselect={false}
      label={<FieldName field={field} />}
      data={isNullable ? [...choices, { value: missingChoice, label: texts.row.missing }] : choices}
      value={value === null ? missingChoice : String(value)}
      onChange={choice => {
        if (choice === missingChoice || choice === null) onChange(null)
        else onChange(field.type === 'boolean' ? choice === 'true' : choice)
      }}
    />
  )
}
