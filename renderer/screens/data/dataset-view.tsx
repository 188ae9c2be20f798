import { formatBytes, formatCount } from '../../../shared/lib/format.ts'
import type { ColumnType, DatasetVersion, DatasetWarning } from '../../../shared/model/dataset.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { OpenInPython } from '../../components/open-in-python.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { pathTo } from '../../components/router.ts'
import { trainAddress } from '../../components/train-address.ts'
import { ColumnsTable } from './columns-table.tsx'
import { RowsPanel } from './rows-panel.tsx'
import { texts } from './texts.ts'

function trainPath({ dataset, version, target }: DatasetVersion, exclude: string[]): string {
  return trainAddress({ dataset: `${dataset}:${version}`, target, exclude })
}

/** One version: its numbers, what should be known before training, the profile of each column, and its rows. */
export function DatasetView({ reference }: { reference: string }) {
  const { value: version, error } = useAsked(reference, () => engine.datasets.get({ dataset: reference }))
  const back = <Link to={pathTo('data')}>{texts.all}</Link>
  if (!version) {
    return (
      <>
        <RoomHeader title={reference} question={back} />
        {error ? <ErrorNotice error={error} /> : <p className="empty">{texts.asking}</p>}
      </>
    )
  }
  const { source } = version
  const isNumber = ({ type }: { type: ColumnType }) => type === 'number' || type === 'integer'
  const numbers = new Set(version.columns.filter(isNumber).map(({ name }) => name))
  return (
    <>
      <RoomHeader
        title={`${version.dataset}:${version.version}`}
        question={`${formatCount(version.rows)} rows, ${formatCount(version.columns.length)} columns, ${formatBytes(version.sizeBytes)}, from ${source.fileName}`}
      >
        {back}
        {version.version > 1 && (
          <Link to={`${pathTo('data', version.dataset)}?version=${version.version - 1}`}>
            {`${texts.version} ${version.version - 1}`}
          </Link>
        )}
        <Link to={trainPath(version, [])}>{texts.train}</Link>
        <OpenInPython kind="dataset" subject={`${version.dataset}:${version.version}`} />
      </RoomHeader>
      <div className="stack">
        <Panel title={texts.warnings} count={version.warnings.length}>
          {version.warnings.length === 0 ? (
            <p className="empty">{texts.noWarnings}</p>
          ) : (
            <ul className="body warnings">
              {version.warnings.map(warning => (
                <Warning key={`${warning.kind} ${warning.column}`} warning={warning} version={version} />
              ))}
            </ul>
          )}
        </Panel>
        <ColumnsTable columns={version.columns} rows={version.rows} target={version.target} />
        <RowsPanel reference={reference} numbers={numbers} />
      </div>
    </>
  )
}

function Warning({
  warning: { kind, column, message },
  version,
}: {
  warning: DatasetWarning
  version: DatasetVersion
}) {
  const isColumn = column !== null && column !== version.target
  return (
    <li>
      <span className="status warn">{kind}</span> {message}{' '}
      {isColumn && <Link to={trainPath(version, [column])}>{texts.without}</Link>}
    </li>
  )
}
