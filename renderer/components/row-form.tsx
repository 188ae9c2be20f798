import './row-form.css'
import { TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { DataContract } from '../../shared/inference/bundle.ts'
import type { RowField } from '../../shared/inference/row-fields.ts'
import type { RawRow, RawValue } from '../../shared/inference/signature.ts'
import { RowInput } from './row-input.tsx'
import { texts } from './texts.ts'

/** Columns that are drawn at once; the others are found by name. */
const mostColumns = 60

interface Props {
  fields: RowField[]
  contract: DataContract
  row: RawRow
  onChange(name: string, value: RawValue): void
}

/** A model's row, column by column. */
export function RowForm({ fields, contract, row, onChange }: Props) {
  const [filter, setFilter] = useState('')
  const nullable = useMemo(
    () => new Set(contract.columns.filter(column => column.nullable).map(({ name }) => name)),
    [contract],
  )
  const found = fields.filter(({ name }) => name.toLowerCase().includes(filter.trim().toLowerCase()))
  const shown = found.slice(0, mostColumns)
  return (
    <div className="row-form">
      {fields.length > 12 && (
        <TextInput
          size="xs"
          aria-label={texts.row.filter}
          placeholder={texts.row.filter}
          value={filter}
          onChange={event => setFilter(event.currentTarget.value)}
        />
      )}
      <div className="fields">
        {shown.map(field => (
          <RowInput
            key={field.name}
            field={field}
            value={row[field.name] ?? null}
            isNullable={nullable.has(field.name)}
            onChange={value => onChange(field.name, value)}
          />
        ))}
      </div>
      {shown.length < fields.length && <p className="soft">{texts.row.shown(shown.length, fields.length)}</p>}
    </div>
  )
}
