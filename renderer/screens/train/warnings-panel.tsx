import { sampleWarning } from '../../../shared/lib/sample-warning.ts'
import type { DatasetWarning } from '../../../shared/model/dataset.ts'
import type { Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Mend } from '../../components/mend.tsx'
import { Panel } from '../../components/panel.tsx'
import { texts } from './texts.ts'
import { TrainAgain } from './train-again.tsx'
import { allChanges, type Change, wayOut } from './wanted.ts'

/** A column that gives the answer away, or only tells rows apart, is better left out. */
function columnToLeaveOut({ kind, column }: DatasetWarning, target: string | null): string | null {
  return column !== target && (kind === 'id-like' || kind === 'target-copy') ? column : null
}

/** What to doubt about a score: warnings of the run and of the rows that it learned from. */
export function WarningsPanel({ run }: { run: Run }) {
  const reference = `${run.dataset}:${run.datasetVersion}`
  const { value, error, isLoading } = useAsked(reference, () => engine.datasets.get({ dataset: reference }))
  const ofDataset = (value?.warnings ?? []).filter(({ column }) => column === null || !run.exclude.includes(column))
  const own = run.warnings.filter(warning => !ofDataset.some(({ message }) => message === warning))
  const changes: Change[] = [
    ...run.suspects.map(wayOut),
    ...ofDataset
      .map(warning => columnToLeaveOut(warning, run.target))
      .map(column => (column === null ? {} : { exclude: [column] })),
  ].filter(change => Object.keys(change).length > 0)
  const count = run.suspects.length + own.length + ofDataset.length
  return (
    <Panel title={texts.warnings} count={value ? count : null}>
      <ErrorNotice error={error} />
      {value && count === 0 && <p className="empty">{texts.noWarnings}</p>}
      {run.suspects.map(suspect => (
        <p key={`${suspect.kind} ${suspect.column}`} className="notice bad">
          {suspect.message}{' '}
          <TrainAgain run={run} change={wayOut(suspect)}>
            {texts.wayOut[suspect.kind].long}
          </TrainAgain>
        </p>
      ))}
      {/* All of them are known once the dataset's are. */}
      {changes.length > 1 && !isLoading && (
        <p className="notice">
          {texts.severalDoubts(changes.length)}{' '}
          <TrainAgain run={run} change={allChanges(changes)}>
            {texts.mendAll}
          </TrainAgain>
        </p>
      )}
      {own.map(warning => (
        <p key={warning} className="notice">
          {warning}
          {run.sampleRows && value && warning === sampleWarning(run.sampleRows, value.rows) && (
            <>
              {' '}
              <TrainAgain run={run} change={{ everyRow: true }}>
                {texts.trainOnAll}
              </TrainAgain>
            </>
          )}
        </p>
      ))}
      {ofDataset.map(warning => {
        const column = columnToLeaveOut(warning, run.target)
        return (
          <p key={`${warning.kind} ${warning.column}`} className="notice">
            <Mend sentence={warning.message} />{' '}
            {column !== null && (
              <TrainAgain run={run} change={{ exclude: [column] }}>
                {texts.wayOut['tells-target'].long}
              </TrainAgain>
            )}
          </p>
        )
      })}
    </Panel>
  )
}
