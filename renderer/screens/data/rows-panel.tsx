import { Button } from '@mantine/core'
import { useState } from 'react'
import { formatCount } from '../../../shared/lib/format.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { texts } from './texts.ts'

interface Row {
  /** Counted from one over the whole version. */
  place: number
  cells: (string | number | boolean | null)[]
}

const rowsAtOnce = 100
/** Of a wide table as many columns as a person looks through. */
const shownColumns = 60

/** The rows themselves, a page at a time; columns that hold `numbers` stand at the right. */
export function RowsPanel({ reference, numbers }: { reference: string; numbers: Set<string> }) {
  const [offset, setOffset] = useState(0)
  const { value, error } = useAsked(`${reference} ${offset}`, () =>
    engine.datasets.rows({ dataset: reference, offset, limit: rowsAtOnce }),
  )
  const last = value ? Math.min(value.total, offset + rowsAtOnce) : 0
  const aside = value && (
    <span className="pager">
      {`${formatCount(Math.min(offset + 1, value.total))}–${formatCount(last)} of ${formatCount(value.total)}`}
      <Button
        size="compact-xs"
        variant="default"
        disabled={offset === 0}
        onClick={() => setOffset(Math.max(0, offset - rowsAtOnce))}
      >
        {texts.before}
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        disabled={last >= value.total}
        onClick={() => setOffset(offset + rowsAtOnce)}
      >
        {texts.after}
      </Button>
    </span>
  )
  return (
    <Panel title={texts.rows} aside={aside ?? undefined}>
      <ErrorNotice error={error} />
      {!error && (
        <List
          label={texts.rows}
          items={value ? value.rows.map((cells, i) => ({ place: offset + i + 1, cells })) : null}
          keyOf={({ place }) => String(place)}
          empty={texts.noRows}
          columns={[
            {
              title: 'Row',
              isNumber: true,
              cell: ({ place }: Row) => <span className="soft">{formatCount(place)}</span>,
            },
            ...(value?.columns ?? []).slice(0, shownColumns).map((title, i) => ({
              title,
              cell: ({ cells }: Row) => String(cells[i] ?? '–'),
              text: ({ cells }: Row) => String(cells[i] ?? 'missing'),
              isNumber: numbers.has(title),
            })),
          ]}
        />
      )}
    </Panel>
  )
}
