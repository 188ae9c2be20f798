import '@mantine/spotlight/styles.css'
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { useMemo } from 'react'
import { useEngine } from '../client/store.ts'
import { go, pathTo } from '../components/router.ts'
import { screens } from '../screens/index.ts'

/** Objects of a kind that are listed; the search still looks through all of them. */
const shownAtOnce = 12

function entry(group: string, label: string, description: string, path: string): SpotlightActionData {
  return { id: `${group} ${path}`, label, description, onClick: () => go(path), keywords: [group] }
}

/** Ctrl-K: every room and every object of the workspace, by name. */
export function Palette() {
  const { datasets, runs, models, deployments, endpoints } = useEngine()
  const groups = useMemo<SpotlightActionGroupData[]>(
    () => [
      {
        group: 'Rooms',
        actions: screens.entries.map(({ id, title, question }) => entry('room', title, question, pathTo(id))),
      },
      {
        group: 'Data',
        actions: (datasets ?? []).map(({ dataset, latest }) =>
          entry('dataset', dataset, `version ${latest.version}, ${latest.rows} rows`, pathTo('data', dataset)),
        ),
      },
      {
        group: 'Runs',
        actions: (runs ?? []).map(({ run, name, algorithm, dataset }) =>
          entry('run', name, `${algorithm} on ${dataset}`, pathTo('train', run)),
        ),
      },
      {
        group: 'Models',
        actions: (models ?? []).map(({ model, version, aliases }) =>
          entry('model', `${model}:${version}`, aliases.join(', '), pathTo('models', model, version)),
        ),
      },
      {
        group: 'Deployments',
        actions: (deployments ?? []).map(({ deployment, target }) =>
          entry('deployment', deployment, target, pathTo('deploy', deployment)),
        ),
      },
      {
        group: 'Endpoints',
        actions: (endpoints ?? []).map(({ endpoint, url }) =>
          entry('endpoint', endpoint, url, pathTo('monitor', endpoint)),
        ),
      },
    ],
    [datasets, runs, models, deployments, endpoints],
  )
  return (
    <Spotlight
      actions={groups.filter(({ actions }) => actions.length > 0)}
      shortcut="mod + K"
      limit={shownAtOnce}
      nothingFound="Nothing of that name"
      searchProps={{ placeholder: 'Go to a room or an object', 'aria-label': 'Go to a room or an object' }}
      scrollable
      maxHeight={420}
    />
  )
}
