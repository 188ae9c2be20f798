import { formatBytes, formatCount, formatMoment } from '../../../shared/lib/format.ts'
import { useEngine } from '../../client/store.ts'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { pathTo, usePlace } from '../../components/router.ts'
import { DatasetView } from './dataset-view.tsx'
import { ImportPanel } from './import-panel.tsx'
import { texts } from './texts.ts'

/** All datasets, or one of them: `/data/NAME?version=2`. */
export function DataRoom() {
  const { path, search } = usePlace()
  const datasets = useEngine(state => state.datasets)
  const [name] = path
  if (name !== undefined) {
    const version = search.get('version')
    const reference = version ? `${name}:${version}` : name
    return <DatasetView key={reference} reference={reference} />
  }
  return (
    <>
      <RoomHeader title={texts.title} question={texts.question} />
      <div className="stack">
        <ImportPanel />
        <Panel title={texts.datasets} count={datasets?.length ?? null}>
          <List
            label={texts.datasets}
            items={datasets}
            keyOf={item => item.dataset}
            empty={texts.noDatasets}
            columns={[
              {
                title: texts.dataset,
                cell: item => <Link to={pathTo('data', item.dataset)}>{item.dataset}</Link>,
                text: item => item.dataset,
              },
              { title: texts.version, isNumber: true, cell: item => item.latest.version },
              { title: texts.rows, isNumber: true, cell: item => formatCount(item.latest.rows) },
              { title: texts.columns, isNumber: true, cell: item => formatCount(item.latest.columns) },
              { title: texts.size, isNumber: true, cell: item => formatBytes(item.latest.sizeBytes) },
              { title: texts.target, cell: item => item.latest.target ?? '', text: item => item.latest.target ?? '' },
              { title: texts.warnings, isNumber: true, cell: item => item.latest.warnings },
              { title: texts.importedAt, cell: item => formatMoment(item.latest.createdAt) },
            ]}
          />
        </Panel>
      </div>
    </>
  )
}
