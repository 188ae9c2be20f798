import { useEngine } from '../../client/store.ts'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'

/** Searches of before and now; nothing where there was none. */
export function SearchesList() {
  const searches = useEngine(state => state.searches)
  if (!searches?.length) return null
  return (
    <Panel title={texts.searches} count={searches.length}>
      <List
        label={texts.searches}
        items={searches}
        keyOf={({ search }) => search}
        empty={texts.noTrials}
        columns={[
          {
            title: texts.search,
            cell: ({ search, request }) => (
              <Link to={pathTo('train', search)}>{texts.searchTitle(request.target)}</Link>
            ),
            text: ({ request }) => texts.searchTitle(request.target),
          },
          { title: texts.dataset, cell: ({ dataset, datasetVersion }) => `${dataset}:${datasetVersion}` },
          {
            title: texts.state,
            cell: ({ status }) => <Status state={status} />,
            text: ({ error }) => error?.message ?? '',
          },
          { title: texts.trials, isNumber: true, cell: ({ trialsEnded }) => trialsEnded },
          {
            title: texts.found,
            cell: ({ findings }) => findings[0] ?? '',
            text: ({ findings }) => findings.join('\n'),
          },
        ]}
      />
    </Panel>
  )
}
