import { TextInput } from '@mantine/core'
import { useMemo } from 'react'
import type { ModelVersion } from '../../../shared/model/model.ts'
import { useEngine } from '../../client/store.ts'
import { Empty } from '../../components/empty.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { modelColumns } from '../../components/object-columns.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { go, pathTo, usePlace } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { ImportFile } from './import-file.tsx'
import { texts } from './texts.ts'

/** Rows that are drawn; the filter looks through all. */
const mostRows = 300

function matches({ model, aliases, run }: ModelVersion, words: string): boolean {
  const text = [model, ...aliases, run ?? texts.imported].join(' ').toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word))
}

export function ModelList() {
  const models = useEngine(state => state.models)
  const deployments = useEngine(state => state.deployments)
  const filter = usePlace().search.get('find') ?? ''
  const found = useMemo(() => models?.filter(model => matches(model, filter)) ?? null, [models, filter])
  const live = (version: ModelVersion) =>
    (deployments ?? []).filter(
      ({ bundleDigest, status }) => bundleDigest === version.bundleDigest && status === 'ready',
    )
  return (
    <>
      <RoomHeader title={texts.title} question={texts.question} />
      <div className="grid">
        {models?.length === 0 && (
          <Panel title={texts.list} wide>
            <Empty action={<Link to={pathTo('train')}>{texts.toRuns}</Link>}>{texts.noModels}</Empty>
          </Panel>
        )}
        {models?.length !== 0 && (
          <Panel title={texts.list} count={models?.length ?? null} wide>
            <div className="body">
              <TextInput
                size="xs"
                aria-label={texts.filter}
                placeholder={texts.filter}
                value={filter}
                onChange={({ currentTarget: { value } }) =>
                  go(pathTo('models') + (value && `?${new URLSearchParams({ find: value })}`), { replace: true })
                }
              />
            </div>
            <List
              label={texts.list}
              items={found?.slice(0, mostRows) ?? null}
              keyOf={({ model, version }) => `${model}:${version}`}
              empty={texts.noneMatches}
              columns={[
                modelColumns.model,
                modelColumns.version,
                modelColumns.aliases,
                {
                  title: texts.isLive,
                  cell: version =>
                    live(version).map(({ deployment, status }) => (
                      <Link key={deployment} to={pathTo('deploy', deployment)} title={deployment}>
                        <Status state={status} />
                      </Link>
                    )),
                },
                modelColumns.score,
                modelColumns.run,
                modelColumns.task,
                modelColumns.created,
              ]}
            />
            {found && found.length > mostRows && <p className="empty">{texts.shownOf(mostRows, found.length)}</p>}
          </Panel>
        )}
        <ImportFile />
      </div>
    </>
  )
}
