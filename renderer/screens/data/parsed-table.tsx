import { NativeSelect } from '@mantine/core'
import { formatCount } from '../../../shared/lib/format.ts'
import { type ColumnType, columnTypes, type FilePreview } from '../../../shared/model/dataset.ts'
import { texts } from './texts.ts'

/** Of a wide file as many columns as a person looks through. */
const shownColumns = 60

/** The first rows as they are read; the type of each column can be changed in its head. */
export function ParsedTable(props: {
  preview: FilePreview
  target: string | null
  types: Record<string, ColumnType>
  onTypes(types: Record<string, ColumnType>): void
}) {
  const { preview, target, types, onTypes } = props
  const columns = preview.columns.slice(0, shownColumns)
  const rows = preview.rows.map((cells, place) => ({ cells, place }))
  const isNumber = (type: ColumnType) => type === 'number' || type === 'integer'
  return (
    <section className="parsed" aria-label={texts.parsed} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ name, type, oddText }) => (
              <th key={name} scope="col" className={isNumber(type) ? 'number' : undefined}>
                <span className={name === target ? 'column chosen' : 'column'} title={name}>
                  {name}
                </span>
                <NativeSelect
                  size="xs"
                  variant="unstyled"
                  aria-label={texts.typeOf(name)}
                  className={oddText !== null ? 'type warn' : 'type'}
                  data={[...columnTypes]}
                  value={type}
                  onChange={event => onTypes({ ...types, [name]: event.currentTarget.value as ColumnType })}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ cells, place }) => (
            <tr key={place}>
              {columns.map(({ name, type }, k) => (
                <td
                  key={name}
                  className={isNumber(type) ? 'number' : undefined}
                  title={String(cells[k] ?? texts.isMissing)}
                >
                  {cells[k] === null ? <span className="soft">–</span> : String(cells[k])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {preview.columns.length > shownColumns && (
        <p className="empty">{texts.firstColumns(shownColumns, formatCount(preview.columns.length))}</p>
      )}
    </section>
  )
}
