import { Switch } from '@mantine/core'
import { formatCount } from '../../../shared/lib/format.ts'
import type { PipelineGraph } from '../../../shared/model/pipeline.ts'
import type { Asked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { go, usePlace } from '../../components/router.ts'
import { GraphList, Names } from './graph-list.tsx'
import { GraphView } from './graph-view.tsx'
import { texts } from './texts.ts'
import { waysOf } from './ways.ts'

/** What led to what, as a drawing or in words; the address says which, and whether all of it is meant. */
export function GraphPanel(props: { asked: Asked<PipelineGraph>; graph: PipelineGraph | null; job: string | null }) {
  const { asked, graph, job } = props
  const { search } = usePlace()
  const isAll = search.has('all')
  const isList = search.has('list')
  const put = (name: string, isOn: boolean) => {
    const next = new URLSearchParams(search)
    if (isOn) next.set(name, '1')
    else next.delete(name)
    go(`${window.location.pathname}${next.size ? `?${next}` : ''}`, { replace: true })
  }
  const choices = (
    <span className="choices">
      <Switch
        size="xs"
        label={texts.showAll}
        checked={isAll}
        onChange={event => put('all', event.currentTarget.checked)}
      />
      <Switch
        size="xs"
        label={texts.asList}
        checked={isList}
        onChange={event => put('list', event.currentTarget.checked)}
      />
    </span>
  )
  const isNewest = job === null || isAll
  const caption = graph
    ? [
        ...(isNewest ? [texts.ofNewest(formatCount(graph.jobs))] : []),
        ...(graph.isWhole ? [] : [isNewest ? texts.cutNewest(graph.nodes.length) : texts.cut(graph.nodes.length)]),
      ].join(' ')
    : ''
  return (
    <Panel title={texts.graph} count={graph?.nodes.length ?? null} aside={choices}>
      <ErrorNotice error={asked.error} />
      {graph === null && !asked.error && <p className="empty">{texts.asking}</p>}
      {graph && (isList ? <GraphList graph={graph} /> : <GraphView graph={graph} job={job} />)}
      {graph && job !== null && <Related graph={graph} job={job} />}
      {graph && caption !== '' && <p className="empty caption">{caption}</p>}
    </Panel>
  )
}

/** What stands beside the job in the graph, in words. */
function Related({ graph, job }: { graph: PipelineGraph; job: string }) {
  const place = graph.nodes.findIndex(({ kind, id }) => kind === 'job' && id === job)
  const { before, after } = waysOf(graph)
  const sides: [string, number[]][] = [
    [texts.madeFrom, before[place] ?? []],
    [texts.ledTo, after[place] ?? []],
  ]
  return (
    <dl className="related">
      {sides.map(([title, of]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{of.length === 0 ? texts.nothing : <Names graph={graph} of={of} />}</dd>
        </div>
      ))}
    </dl>
  )
}
