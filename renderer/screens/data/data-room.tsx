import { useEngine } from '../../client/store.ts'
import { List } from '../../components/list.tsx'
import { datasetColumns } from '../../components/object-columns.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { usePlace } from '../../components/router.ts'
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
            columns={Object.values(datasetColumns)}
          />
        </Panel>
      </div>
    </>
  )
}
