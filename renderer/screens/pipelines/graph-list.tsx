import type { PipelineGraph } from '../../../shared/model/pipeline.ts'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'
import { addressOf, waysOf } from './ways.ts'

/** More neighbours than these are told by their number. */
const mostNames = 4

/** The same as the graph, in words. */
export function GraphList({ graph }: { graph: PipelineGraph }) {
  const { nodes } = graph
  const { before, after } = waysOf(graph)
  const places = nodes.map((_, i) => i)
  const labels = (of: number[]) => of.map(each => nodes[each]!.label).join(', ')
  return (
    <List<number>
      label={texts.graph}
      items={places}
      keyOf={i => `${nodes[i]!.kind} ${nodes[i]!.id}`}
      empty={texts.noJobs}
      columns={[
        { title: texts.kind, cell: i => texts.kinds[nodes[i]!.kind] },
        { title: texts.name, cell: i => <Name graph={graph} place={i} />, text: i => nodes[i]!.label },
        {
          title: texts.state,
          cell: i => (nodes[i]!.state === null ? nodes[i]!.detail : <Status state={nodes[i]!.state} />),
          text: i => nodes[i]!.detail,
        },
        { title: texts.madeFrom, cell: i => <Names graph={graph} of={before[i]!} />, text: i => labels(before[i]!) },
        { title: texts.ledTo, cell: i => <Names graph={graph} of={after[i]!} />, text: i => labels(after[i]!) },
      ]}
    />
  )
}

function Name({ graph, place }: { graph: PipelineGraph; place: number }) {
  const node = graph.nodes[place]!
  const to = addressOf(node)
  return to === null ? node.label : <Link to={to}>{node.label}</Link>
}

export function Names({ graph, of }: { graph: PipelineGraph; of: number[] }) {
  return (
    <span className="names">
      {of.slice(0, mostNames).map(place => (
        <span key={place}>
          {texts.kinds[graph.nodes[place]!.kind]} <Name graph={graph} place={place} />
          {graph.nodes[place]!.kind === 'run' && <span className="soft"> {graph.nodes[place]!.detail}</span>}
        </span>
      ))}
      {of.length > mostNames && <span className="soft">{texts.andMore(of.length - mostNames)}</span>}
    </span>
  )
}
