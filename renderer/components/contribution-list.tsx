import { formatSigned } from '../../shared/lib/format.ts'
import { SignedBar } from './signed-bar.tsx'
import './contribution-list.css'

export interface ShownContribution {
  column: string
  /** The row's own value, where it is to be shown. */
  own?: string
  value: number
  /** Its standard error; 0 for what is exact. */
  error?: number
}

interface ContributionListProps {
  label: string
  title: string
  /** From where to where the parts lead. */
  from: string
  /** All of them, in any order: the largest are shown, the others added up. */
  parts: readonly ShownContribution[]
  /** What columns that are not among the parts add together. */
  others?: number
  /** How the numbers came about. */
  note: string
  isBusy?: boolean
  show(value: number): string
  error(size: number): string
  more(count: number, sum: string): string
  otherColumns?: (sum: string) => string
}

/** Parts that are listed; the others are added up. */
const mostParts = 10

/** How an answer is shared out among the columns: a bar to the right for what speaks for it, to the left for what speaks against. */
export function ContributionList(props: ContributionListProps) {
  const { label, title, from, parts, others = 0, note, isBusy = false, show, error, more, otherColumns } = props
  const signed = (value: number) => formatSigned(value, show)
  const sorted = parts.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value))
  const rest = sorted.slice(mostParts)
  const most = Math.max(0, ...sorted.map(({ value }) => Math.abs(value)))
  return (
    <section className="contributions" aria-label={label} aria-busy={isBusy}>
      <h3>{title}</h3>
      <p className="soft">{from}</p>
      <ul>
        {sorted.slice(0, mostParts).map(({ column, own, value, error: deviation = 0 }) => (
          <li key={column}>
            <span className="label" title={own === undefined ? column : `${column}: ${own}`}>
              {column}
              {own !== undefined && <span className="soft"> {own}</span>}
            </span>
            <span className="number" title={String(value)}>
              {signed(value)}
            </span>
            <SignedBar value={value} most={most} />
            {deviation > 0 && <span className="soft error">{error(deviation)}</span>}
          </li>
        ))}
      </ul>
      {rest.length > 0 && (
        <p className="soft">{more(rest.length, signed(rest.reduce((sum, { value }) => sum + value, 0)))}</p>
      )}
      {others !== 0 && otherColumns && <p className="soft">{otherColumns(signed(others))}</p>}
      <p className="soft">{note}</p>
    </section>
  )
}
