import { Button, NativeSelect, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatCount } from '../../../shared/lib/format.ts'
import type { ColumnProfile, RowFilter } from '../../../shared/model/dataset.ts'
import type { RowsView } from './rows-view.ts'
import { operatorNames, texts } from './texts.ts'

type Operator = RowFilter['operator']
const alone: Operator[] = ['missing', 'present', 'infinite', 'no-number']

function operatorsFor({ type }: ColumnProfile): Operator[] {
  if (type === 'text') return ['contains', 'equals', 'not-equals', 'missing', 'present', 'no-number']
  if (type === 'boolean') return ['equals', 'missing', 'present']
  const ordered: Operator[] = ['at-least', 'at-most', 'equals', 'not-equals', 'greater', 'less', 'missing', 'present']
  return type === 'number' ? [...ordered, 'infinite'] : ordered
}

const textOf = ({ column, operator, value }: RowFilter) => `${column} ${operatorNames[operator]} ${value ?? ''}`

/** What is filtered by, each to be taken off, and a line to add one. */
export function RowsFilter(props: { columns: ColumnProfile[]; view: RowsView; show(view: RowsView): void }) {
  const { columns, view, show } = props
  const [name, setName] = useState<string | null>(null)
  const [chosen, setChosen] = useState<Operator | null>(null)
  const [value, setValue] = useState('')
  const column = columns.find(each => each.name === name)
  const operators = column ? operatorsFor(column) : []
  const operator = chosen !== null && operators.includes(chosen) ? chosen : operators[0]
  const isAlone = operator !== undefined && alone.includes(operator)
  const { order } = view
  return (
    <div className="body rows-filter">
      <form
        className="form"
        onSubmit={event => {
          event.preventDefault()
          if (!column || !operator) return
          const filter = { column: column.name, operator, ...(isAlone ? {} : { value }) }
          const others = view.where.filter(each => textOf(each) !== textOf(filter))
          show({ ...view, where: [...others, filter] })
          setValue('')
        }}
      >
        <Select
          size="xs"
          searchable
          aria-label={texts.filterColumn}
          placeholder={texts.filterColumn}
          data={columns.map(each => each.name)}
          value={name}
          onChange={setName}
        />
        <NativeSelect
          size="xs"
          aria-label={texts.filterOperator}
          disabled={!column}
          data={operators.map(id => ({ value: id, label: operatorNames[id] }))}
          value={operator ?? ''}
          onChange={event => setChosen(event.currentTarget.value as Operator)}
        />
        <TextInput
          size="xs"
          aria-label={texts.filterValue}
          disabled={!column || isAlone}
          value={isAlone ? '' : value}
          onChange={event => setValue(event.currentTarget.value)}
        />
        <Button size="xs" variant="default" type="submit" disabled={!column}>
          {texts.filterAction}
        </Button>
      </form>
      <ul className="chips" aria-label={texts.shown}>
        {view.where.map(filter => (
          <Chip
            key={textOf(filter)}
            text={textOf(filter)}
            onRemove={() => show({ ...view, where: view.where.filter(each => each !== filter) })}
          />
        ))}
        {view.repeated && <Chip text={texts.repeatedRows} onRemove={() => show({ ...view, repeated: false })} />}
        {view.among.length > 0 && (
          <Chip
            text={texts.namedRows(view.among.map(place => formatCount(place + 1)))}
            onRemove={() => show({ ...view, among: [] })}
          />
        )}
        {order && (
          <Chip
            text={`${order.column}, ${order.isDescending ? texts.downwards : texts.upwards}`}
            onRemove={() => show({ ...view, order: null })}
          />
        )}
      </ul>
    </div>
  )
}

function Chip({ text, onRemove }: { text: string; onRemove(): void }) {
  return (
    <li title={text}>
      <span>{text}</span>
      <button type="button" className="link" aria-label={`${texts.takeOff} ${text}`} onClick={onRemove}>
        ×
      </button>
    </li>
  )
}
