import { sampleWarning } from '../../../shared/lib/sample-warning.ts'
import type { DatasetWarning } from '../../../shared/model/dataset.ts'
import type { Run, Suspect } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { trainAddress } from '../../components/train-address.ts'
import { texts } from './texts.ts'

interface Change {
  exclude?: string[]
  distinctRows?: boolean
  /** Null for all. */
  sampleRows?: number | null
  /** A column whose groups are to stay together. */
  group?: string
}

/** The form, filled in with what a run learned from, without some further columns or the rows that repeat another, or by groups. */
export function addressOfRun(run: Run, change: Change = {}): string {
  const { target, seed, folds } = run
  const split: Pick<Run, 'splitColumn' | 'splitBy'> =
    change.group === undefined ? run : { splitColumn: change.group, splitBy: 'group' }
  const exclude = [...run.exclude, ...(change.exclude ?? [])]
  const dataset = `${run.dataset}:${run.datasetVersion}`
  return trainAddress({
    dataset,
    target,
    withoutTarget: target === null,
    splitColumn: split.splitColumn,
    splitBy: split.splitBy,
    folds,
    seed,
    exclude,
    distinctRows: change.distinctRows ?? run.distinctRows,
    sampleRows: change.sampleRows === undefined ? run.sampleRows : change.sampleRows,
  })
}

/** The way out of a doubt. */
export const addressOutOf = (run: Run, { kind, column }: Suspect) =>
  addressOfRun(
    run,
    column === null ? { distinctRows: true } : kind === 'split-group' ? { group: column } : { exclude: [column] },
  )

/** A column that gives the answer away, or only tells rows apart, is better left out. */
function columnToLeaveOut({ kind, column }: DatasetWarning, target: string | null): string | null {
  return column !== target && (kind === 'id-like' || kind === 'target-copy') ? column : null
}

/** What to doubt about a score: warnings of the run and of the rows that it learned from. */
export function WarningsPanel({ run }: { run: Run }) {
  const reference = `${run.dataset}:${run.datasetVersion}`
  const { value, error } = useAsked(reference, () => engine.datasets.get({ dataset: reference }))
  const ofDataset = (value?.warnings ?? []).filter(({ column }) => column === null || !run.exclude.includes(column))
  const own = run.warnings.filter(warning => !ofDataset.some(({ message }) => message === warning))
  const count = run.suspects.length + own.length + ofDataset.length
  return (
    <Panel title={texts.warnings} count={value ? count : null}>
      <ErrorNotice error={error} />
      {value && count === 0 && <p className="empty">{texts.noWarnings}</p>}
      {run.suspects.map(suspect => (
        <p key={`${suspect.kind} ${suspect.column}`} className="notice bad">
          {suspect.message} <Link to={addressOutOf(run, suspect)}>{texts.wayOut[suspect.kind].long}</Link>
        </p>
      ))}
      {own.map(warning => (
        <p key={warning} className="notice">
          {warning}
          {run.sampleRows && value && warning === sampleWarning(run.sampleRows, value.rows) && (
            <>
              {' '}
              <Link to={addressOfRun(run, { sampleRows: null })}>{texts.trainOnAll}</Link>
            </>
          )}
        </p>
      ))}
      {ofDataset.map(warning => {
        const column = columnToLeaveOut(warning, run.target)
        return (
          <p key={`${warning.kind} ${warning.column}`} className="notice">
            {warning.message}{' '}
            {column !== null && (
              <Link to={addressOfRun(run, { exclude: [column] })}>{texts.wayOut['tells-target'].long}</Link>
            )}
          </p>
        )
      })}
    </Panel>
  )
}
