import { NativeSelect } from '@mantine/core'
import { formatBytes, formatCount } from '../../../shared/lib/format.ts'
import type { DatasetVersion, DatasetWarning } from '../../../shared/model/dataset.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { Mend } from '../../components/mend.tsx'
import { OpenInPython } from '../../components/open-in-python.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { go, pathTo, usePlace } from '../../components/router.ts'
import { trainAddress } from '../../components/train-address.ts'
import { ColumnView } from './column-view.tsx'
import { ColumnsTable } from './columns-table.tsx'
import { RowsPanel } from './rows-panel.tsx'
import { type RowsView, withView } from './rows-view.ts'
import { texts } from './texts.ts'

function trainPath({ dataset, version, target }: DatasetVersion, exclude: string[]): string {
  return trainAddress({ dataset: `${dataset}:${version}`, target, exclude })
}

/** One version: its numbers, what should be known before training, the profile of each column, and its rows. */
export function DatasetView({ reference }: { reference: string }) {
  const { search } = usePlace()
  const known = useEngine(
    ({ datasets }) => datasets?.find(({ dataset }) => dataset === reference.split(':')[0])?.latest.version,
  )
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
  const newest = Math.max(version.version, known ?? 0)
  const open = version.columns.find(({ name }) => name === search.get('column')) ?? null
  const openColumn = (name: string | null) => {
    const next = new URLSearchParams(search)
    if (name === null) next.delete('column')
    else next.set('column', name)
    go(pathTo('data', version.dataset) + (next.size > 0 ? `?${next}` : ''))
  }
  return (
    <>
      <RoomHeader
        title={`${version.dataset}:${version.version}`}
        question={texts.sizeAndSource(
          texts.sizeOf(formatCount(version.rows), formatCount(version.columns.length)),
          formatBytes(version.sizeBytes),
          source.fileName,
        )}
      >
        {back}
        {newest > 1 && (
          <NativeSelect
            size="xs"
            aria-label={texts.versions}
            data={Array.from({ length: newest }, (_, i) => ({
              value: String(newest - i),
              label: texts.versionOf(newest - i),
            }))}
            value={String(version.version)}
            onChange={event => go(`${pathTo('data', version.dataset)}?version=${event.currentTarget.value}`)}
          />
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
        {open && (
          <ColumnView version={version} column={open} target={version.target} onClose={() => openColumn(null)} />
        )}
        <ColumnsTable
          columns={version.columns}
          rows={version.rows}
          target={version.target}
          open={open?.name ?? null}
          onOpen={openColumn}
        />
        <RowsPanel version={version} />
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
  const { search } = usePlace()
  const isColumn = column !== null && column !== version.target
  const rows = rowsBehind(kind, column)
  return (
    <li>
      <span className="status warn">{kind}</span> <Mend sentence={message} />{' '}
      {rows && (
        <button
          type="button"
          className="link"
          onClick={() => {
            go(`${pathTo('data', version.dataset)}?${withView(search, rows)}`, { replace: true })
            document.querySelector('.rows-grid')?.scrollIntoView({ block: 'center' })
          }}
        >
          {texts.showRows}
        </button>
      )}{' '}
      {isColumn && <Link to={trainPath(version, [column])}>{texts.without}</Link>}
    </li>
  )
}

/** The rows that a warning rests on; null where it rests on all of them. */
function rowsBehind(kind: DatasetWarning['kind'], column: string | null): RowsView | null {
  const all: RowsView = { where: [], order: null, repeated: false, among: [] }
  if (kind === 'duplicate-rows') return { ...all, repeated: true }
  if (column === null) return null
  if (kind === 'infinite-values') return { ...all, where: [{ column, operator: 'infinite' }] }
  if (kind === 'mixed-types') return { ...all, where: [{ column, operator: 'no-number' }] }
  if (kind === 'id-like' || kind === 'target-copy') return { ...all, order: { column, isDescending: false } }
  return null
}
