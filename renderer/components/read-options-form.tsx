import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import './reading.css'
import type { FilePreview, ReadOptions } from '../../shared/model/dataset.ts'
import { texts as words } from './texts.ts'

const texts = words.read

const delimiters = [
  { value: ',', label: texts.delimiters.comma },
  { value: ';', label: texts.delimiters.semicolon },
  { value: '\t', label: texts.delimiters.tab },
  { value: '|', label: texts.delimiters.bar },
]
const encodings = ['utf-8', 'windows-1252', 'latin-1', 'utf-16']

/** How a file is read: what was sniffed, and what is said against it. */
export function ReadOptionsForm(props: {
  preview: FilePreview
  options: ReadOptions
  onChange(options: ReadOptions): void
}) {
  const { preview, options, onChange } = props
  const used = preview.options
  const isCsv = preview.format === 'csv'
  const delimiter = used.delimiter ?? ','
  const known = delimiters.some(({ value }) => value === delimiter)
  if (!isCsv && preview.format !== 'xlsx') return null
  return (
    <div className="form read-options">
      {isCsv && (
        <>
          <NativeSelect
            size="xs"
            label={texts.delimiter}
            data={known ? delimiters : [...delimiters, { value: delimiter, label: delimiter }]}
            value={delimiter}
            onChange={event => onChange({ ...options, delimiter: event.currentTarget.value, types: {} })}
          />
          <NativeSelect
            size="xs"
            label={texts.decimal}
            data={[
              { value: '.', label: '1.5' },
              { value: ',', label: '1,5' },
            ]}
            value={used.decimal ?? '.'}
            onChange={event => onChange({ ...options, decimal: event.currentTarget.value === ',' ? ',' : '.' })}
          />
          <NativeSelect
            size="xs"
            label={texts.encoding}
            data={encodings}
            value={used.encoding ?? 'utf-8'}
            onChange={event =>
              onChange({ ...options, encoding: event.currentTarget.value as ReadOptions['encoding'], types: {} })
            }
          />
        </>
      )}
      {!isCsv && (
        <NativeSelect
          size="xs"
          label={texts.sheet}
          data={preview.sheets}
          value={used.sheet}
          onChange={event => onChange({ ...options, sheet: event.currentTarget.value, skip: undefined, types: {} })}
        />
      )}
      <Typed
        label={texts.skip}
        value={String(used.skip ?? 0)}
        pattern={/^\d{1,6}$/}
        onSettle={rows => onChange({ ...options, skip: Number(rows), types: {} })}
      />
      <NativeSelect
        size="xs"
        label={texts.header}
        data={[
          { value: 'true', label: texts.headerNames },
          { value: 'false', label: texts.headerData },
        ]}
        value={String(used.header ?? true)}
        onChange={event => onChange({ ...options, header: event.currentTarget.value === 'true', types: {} })}
      />
      <Typed
        long
        label={texts.missingMarks}
        value={(used.missing ?? []).filter(mark => mark !== '').join(', ')}
        onSettle={marks =>
          onChange({
            ...options,
            missing: marks
              .split(',')
              .map(mark => mark.trim())
              .filter(mark => mark !== ''),
          })
        }
      />
    </div>
  )
}

/** A text that counts when it is left or Enter is pressed, not at each key, and not while it is against the pattern. */
function Typed(props: {
  label: string
  value: string
  long?: boolean
  pattern?: RegExp
  onSettle(text: string): void
}) {
  const [text, setText] = useState<string | null>(null)
  const isBad = text !== null && props.pattern !== undefined && !props.pattern.test(text.trim())
  const settle = () => {
    if (isBad) return
    if (text !== null && text !== props.value) props.onSettle(text)
    setText(null)
  }
  return (
    <TextInput
      size="xs"
      className={props.long ? 'long' : undefined}
      label={props.label}
      error={isBad}
      value={text ?? props.value}
      onChange={event => setText(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={event => {
        if (event.key === 'Enter') settle()
      }}
    />
  )
}
