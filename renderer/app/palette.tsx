import '@mantine/spotlight/styles.css'
import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import {
  createSpotlightStore,
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
  useSpotlight,
} from '@mantine/spotlight'
import { useEffect, useMemo, useState } from 'react'
import { toAppError } from '../../shared/errors.ts'
import type { Run } from '../../shared/model/run.ts'
import { engine } from '../client/engine.ts'
import { useSample } from '../client/sample-project.ts'
import { useEngine } from '../client/store.ts'
import { useAsked } from '../client/use-asked.ts'
import { type Command, commandsHere, panelsHere, useOffers } from '../components/commands.ts'
import { openDrawer } from '../components/drawers.ts'
import { go, pathTo } from '../components/router.ts'
import { screens } from '../screens/index.ts'
import { texts as words } from './texts.ts'

/** Entries that are listed; the search still looks through all of them. */
const shownAtOnce = 40
/** Runs that the engine is asked for. */
const mostFound = 12

function entry(group: string, label: string, description: string, path: string): SpotlightActionData {
  return { id: `${group} ${path}`, label, description, onClick: () => go(path), keywords: [group] }
}

function action(group: string, { label, description, run }: Command): SpotlightActionData {
  return {
    id: `${group} ${label}`,
    label,
    description,
    onClick: () => setTimeout(run, closedAfterMs),
    keywords: ['action'],
  }
}

/** What the shell itself can do; the rooms bring their own. */
function shellCommands(airGap: boolean, setTheme: (theme: Theme) => void): Command[] {
  const texts = words.palette
  const turn = (on: boolean) => () => {
    engine.workspace.airGap({ on }).then(
      info => useEngine.setState({ info }),
      error => useEngine.setState({ error: toAppError(error) }),
    )
  }
  return [
    { ...texts.devices, run: () => openDrawer('devices') },
    { ...texts.ledger, run: () => openDrawer('connections') },
    airGap ? { ...texts.gapOff, run: turn(false) } : { ...texts.gapOn, run: turn(true) },
    ...themes.map(theme => ({ ...texts.themes[theme], run: () => setTheme(theme) })),
    {
      ...texts.sample,
      run: () => {
        go(pathTo('overview'))
        void useSample.getState().make()
      },
    },
  ]
}

const store = createSpotlightStore()

/** The palette gives the focus back as it closes; what is begun may move it on after that. */
const closedAfterMs = 50

const themes = ['light', 'dark', 'auto'] as const
type Theme = (typeof themes)[number]

/** Milliseconds after the last letter until the engine is asked. */
const pauseMs = 150

/** Runs of that name: those the page knows, and older ones that the engine finds. */
function useRuns(query: string): Run[] {
  const known = useEngine(({ runs }) => runs)
  const [name] = useDebouncedValue(query.trim(), pauseMs)
  const { value: found } = useAsked(name, async () => {
    if (name.length === 0) return []
    const filter = `name contains '${name.replaceAll("'", "''")}'`
    return (await engine.runs.list({ filter, limit: mostFound })).runs
  })
  return useMemo(() => {
    const all = [...(known ?? []), ...(found ?? [])]
    return [...new Map(all.map(run => [run.run, run])).values()]
  }, [known, found])
}

/** What the page as it is now can do, and where on it one can go. */
function here(): SpotlightActionData[] {
  const { onThisPage } = words.palette
  return [
    ...commandsHere(),
    ...panelsHere().map(({ title, show }) => ({ label: title, description: onThisPage, run: show })),
  ].map((command, place) => ({ ...action('here', command), id: `here ${place}` }))
}

/** Ctrl-K: every room, every object of the workspace by name, what can be begun from anywhere, and what the page that is open offers. */
export function Palette() {
  const [query, setQuery] = useState('')
  const runs = useRuns(query)
  const { opened } = useSpotlight(store)
  // Closed it follows nothing: the engine tells something new many times a second.
  const known = useEngine(state => (opened ? state : null))
  const { setColorScheme } = useMantineColorScheme()
  const offered = useMemo(
    () => (known ? screens.entries.flatMap(screen => screen.commands?.(known) ?? []) : []),
    [known],
  )
  const airGap = useEngine(({ info }) => info?.airGap ?? false)
  // What is near comes first until something is looked for by its name.
  const isEmpty = query.trim() === ''
  const offers = useOffers(opened)
  const onPage = useMemo(
    () => ({ group: words.palette.here, actions: opened && offers > 0 ? here() : [] }),
    [opened, offers],
  )
  const groups = useMemo<SpotlightActionGroupData[]>(() => {
    if (!known) return []
    const { datasets, searches, models, deployments, endpoints, jobs } = known
    return [
      {
        group: words.rooms,
        actions: screens.entries.map(({ id, title, question }) => entry('room', title, question, pathTo(id))),
      },
      ...(isEmpty ? [onPage] : []),
      {
        group: words.palette.actions,
        actions: [...offered.filter(({ about }) => about === undefined), ...shellCommands(airGap, setColorScheme)].map(
          each => action('begin', each),
        ),
      },
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
      ...(isEmpty ? [] : [onPage]),
      {
        group: words.palette.withObjects,
        actions: offered.filter(({ about }) => about !== undefined).map(each => action('with', each)),
      },
    ]
  }, [known, runs, airGap, onPage, isEmpty, offered, setColorScheme])
  // The library marks an entry for Enter as letters are typed only: what comes late, where there was nothing, is marked here.
  useEffect(() => {
    const { opened: isOpen, listId } = store.getState()
    // The list has no name before it is drawn for the first time.
    const list = isOpen && query !== '' && listId !== '' ? document.getElementById(listId) : null
    if (!list || list.querySelector('[data-selected]')) return
    list.querySelector('[data-action]')?.setAttribute('data-selected', 'true')
    store.updateState(state => ({ ...state, selected: 0 }))
  }, [groups, query])
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
