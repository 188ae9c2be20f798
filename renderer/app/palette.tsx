import '@mantine/spotlight/styles.css'
import { useDebouncedValue } from '@mantine/hooks'
import {
  createSpotlightStore,
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from '@mantine/spotlight'
import { useEffect, useMemo, useState } from 'react'
import { toAppError } from '../../shared/errors.ts'
import type { Run } from '../../shared/model/run.ts'
import { engine } from '../client/engine.ts'
import { useSample } from '../client/sample-project.ts'
import { useEngine } from '../client/store.ts'
import { useAsked } from '../client/use-asked.ts'
import { go, pathTo } from '../components/router.ts'
import { screens } from '../screens/index.ts'
import { showConnections } from './connections-drawer.tsx'
import { showDevices } from './devices-drawer.tsx'
import { texts as words } from './texts.ts'

/** Objects of a kind that are listed; the search still looks through all of them. */
const shownAtOnce = 12

function entry(group: string, label: string, description: string, path: string): SpotlightActionData {
  return { id: `${group} ${path}`, label, description, onClick: () => go(path), keywords: [group] }
}

function action([label, description]: readonly string[], onClick: () => void): SpotlightActionData {
  return { id: `action ${label}`, label, description, onClick, keywords: ['action'] }
}

/** What can be begun from anywhere. */
function actionsOf(airGap: boolean): SpotlightActionData[] {
  const texts = words.palette
  const turn = (on: boolean) => () => {
    engine.workspace.airGap({ on }).then(
      info => useEngine.setState({ info }),
      error => useEngine.setState({ error: toAppError(error) }),
    )
  }
  return [
    action(texts.importData, () => go(pathTo('data'))),
    action(texts.train, () => go(pathTo('train'))),
    action(texts.compare, () => go(pathTo('compare'))),
    action(texts.importModel, () => go(pathTo('models'))),
    action(texts.deploy, () => go(pathTo('deploy'))),
    action(texts.watch, () => go(pathTo('monitor'))),
    action(texts.devices, () => showDevices(true)),
    action(texts.ledger, () => showConnections(true)),
    airGap ? action(texts.gapOff, turn(false)) : action(texts.gapOn, turn(true)),
    action(texts.sample, () => {
      go(pathTo('overview'))
      void useSample.getState().make()
    }),
  ]
}

const store = createSpotlightStore()

/** Milliseconds after the last letter until the engine is asked. */
const pauseMs = 150

/** Runs of that name: those the page knows, and older ones that the engine finds. */
function useRuns(query: string): Run[] {
  const known = useEngine(({ runs }) => runs)
  const [name] = useDebouncedValue(query.trim(), pauseMs)
  const { value: found } = useAsked(name, async () => {
    if (name.length === 0) return []
    const filter = `name contains '${name.replaceAll("'", "''")}'`
    return (await engine.runs.list({ filter, limit: shownAtOnce })).runs
  })
  // The library marks an entry for Enter as letters are typed only: what comes late, where there was nothing, is marked here.
  useEffect(() => {
    const { opened, listId } = store.getState()
    if (!opened || !found?.length || document.querySelector(`#${listId} [data-selected]`)) return
    document.querySelector(`#${listId} [data-action]`)?.setAttribute('data-selected', 'true')
    store.updateState(state => ({ ...state, selected: 0 }))
  }, [found])
  return useMemo(() => {
    const all = [...(known ?? []), ...(found ?? [])]
    return [...new Map(all.map(run => [run.run, run])).values()]
  }, [known, found])
}

/** Ctrl-K: every room, every object of the workspace by name, and what can be begun from anywhere. */
export function Palette() {
  const [query, setQuery] = useState('')
  const runs = useRuns(query)
  const { datasets, searches, models, deployments, endpoints, jobs } = useEngine()
  const airGap = useEngine(({ info }) => info?.airGap ?? false)
  const groups = useMemo<SpotlightActionGroupData[]>(
    () => [
      {
        group: words.rooms,
        actions: screens.entries.map(({ id, title, question }) => entry('room', title, question, pathTo(id))),
      },
      { group: words.palette.actions, actions: actionsOf(airGap) },
      {
        group: words.palette.data,
        actions: (datasets ?? []).map(({ dataset, latest }) =>
          entry('dataset', dataset, words.palette.dataset(latest.version, latest.rows), pathTo('data', dataset)),
        ),
      },
      {
        group: words.palette.runs,
        actions: runs.map(({ run, name, algorithm, dataset }) =>
          entry('run', name, words.palette.run(algorithm, dataset), pathTo('train', run)),
        ),
      },
      {
        group: words.palette.searches,
        actions: (searches ?? []).map(({ search, request, dataset, status }) =>
          entry(
            'search',
            words.palette.searchOf(request.target),
            words.palette.searchState(status, dataset),
            pathTo('train', search),
          ),
        ),
      },
      {
        group: words.palette.models,
        actions: (models ?? []).map(({ model, version, aliases }) =>
          entry('model', `${model}:${version}`, aliases.join(', '), pathTo('models', model, version)),
        ),
      },
      {
        group: words.palette.deployments,
        actions: (deployments ?? []).map(({ deployment, target }) =>
          entry('deployment', deployment, target, pathTo('deploy', deployment)),
        ),
      },
      {
        group: words.palette.endpoints,
        actions: (endpoints ?? []).map(({ endpoint, url }) =>
          entry('endpoint', endpoint, url, pathTo('monitor', endpoint)),
        ),
      },
      {
        group: words.palette.jobs,
        actions: jobs.map(({ job, title, status }) => entry('job', title, status, pathTo('pipelines', job))),
      },
    ],
    [datasets, runs, searches, models, deployments, endpoints, jobs, airGap],
  )
  return (
    <Spotlight
      store={store}
      actions={groups.filter(({ actions }) => actions.length > 0)}
      query={query}
      onQueryChange={setQuery}
      shortcut="mod + K"
      tagsToIgnore={[]}
      limit={shownAtOnce}
      nothingFound={words.palette.nothing}
      searchProps={{ placeholder: words.palette.go, 'aria-label': words.palette.go }}
      transitionProps={{ duration: 0 }}
      attributes={{ content: { 'aria-label': words.palette.go } }}
      scrollable
      // A scrolling region must be reachable by keyboard.
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      maxHeight={420}
    />
  )
}
