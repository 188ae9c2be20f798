import type { DatasetWarning } from '../../../shared/model/dataset.ts'
import type { Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { trainAddress } from '../../components/train-address.ts'
import { texts } from './texts.ts'

/** The form, filled in with what a run learned from, without some columns. */
export function addressOfRun(run: Run, exclude: string[]): string {
  return trainAddress({ dataset: `${run.dataset}:${run.datasetVersion}`, target: run.target, exclude })
}

/** A column that gives the answer away, or only tells rows apart, is better left out. */
function columnToLeaveOut({ kind, column }: DatasetWarning, target: string): string | null {
  return column !== target && (kind === 'id-like' || kind === 'target-copy') ? column : null
}

/** What to doubt about a score: warnings of the run and of the rows that it learned from. */
export function WarningsPanel({ run }: { run: Run }) {
  const reference = `${run.dataset}:${run.datasetVersion}`
  const { value, error } = useAsked(reference, () => engine.datasets.get({ dataset: reference }))
  const ofDataset = value?.warnings ?? []
  const count = run.warnings.length + ofDataset.length
  return (
    <Panel title={texts.warnings} count={value ? count : null}>
      <ErrorNotice error={error} />
      {value && count === 0 && <p className="empty">{texts.noWarnings}</p>}
      {run.warnings.map(warning => (
        <p key={warning} className="notice">
          {warning}
        </p>
      ))}
      {ofDataset.map(warning => {
        const column = columnToLeaveOut(warning, run.target)
        return (
          <p key={`${warning.kind} ${warning.column}`} className="notice">
            {warning.message}{' '}
            {column !== null && <Link to={addressOfRun(run, [column])}>{texts.excludeAndRetrain}</Link>}
          </p>
        )
      })}
    </Panel>
  )
}
