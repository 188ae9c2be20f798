import type { Job } from '../../../shared/model/job.ts'
import type { PipelineGraph, PipelineNode } from '../../../shared/model/pipeline.ts'
import { objectAddress } from '../../components/object-address.ts'

/** Where a thing of the graph is shown; null for what is no longer there. */
export function addressOf({ opens }: PipelineNode): string | null {
  return opens && objectAddress(opens)
}

/** By the numbers of the nodes: what led to each directly, and what each led to. */
export interface Ways {
  before: number[][]
  after: number[][]
}

export function waysOf({ nodes, edges }: Pick<PipelineGraph, 'nodes' | 'edges'>): Ways {
  const before: number[][] = nodes.map(() => [])
  const after: number[][] = nodes.map(() => [])
  for (const { from, to } of edges) {
    before[to]?.push(from)
    after[from]?.push(to)
  }
  return { before, after }
}

/** The graph with its jobs as the event stream last told them. */
export function withJobs(graph: PipelineGraph, live: readonly Job[]): PipelineGraph {
  const now = new Map(live.map(job => [job.job, job]))
  const nodes = graph.nodes.map(node => {
    const job = node.kind === 'job' ? now.get(node.id) : undefined
    return job ? { ...node, job, state: job.status } : node
  })
  return { ...graph, nodes }
}

/** The run that a job made, else the nearest of those that it came from: what would be trained again from there. */
export function nearestRun(graph: PipelineGraph, job: string): string | null {
  const { before, after } = waysOf(graph)
  const start = graph.nodes.findIndex(({ kind, id }) => kind === 'job' && id === job)
  const isRun = (node: number) => graph.nodes[node]!.kind === 'run' && graph.nodes[node]!.opens !== null
  const made = after[start]?.find(isRun)
  const seen = new Set<number>()
  let found = made
  for (let from = start < 0 ? [] : [start]; from.length > 0 && found === undefined; ) {
    from = from.flatMap(node => before[node]!).filter(node => !seen.has(node) && seen.add(node))
    found = from.find(isRun)
  }
  return found === undefined ? null : graph.nodes[found]!.id
}

/** Where an arrow key leads from a node: along the ways, or to the next of its column; null where there is nothing. */
export function stepTo(
  key: string,
  at: number,
  places: readonly { column: number; row: number }[],
  { before, after }: Ways,
): number | null {
  const here = places[at]!
  // Across before along: of what lies a column away and what lies four, the first is meant.
  const distance = (node: number) =>
    1000 * Math.abs(places[node]!.column - here.column) + Math.abs(places[node]!.row - here.row)
  const nearest = (nodes: number[]) => nodes.toSorted((a, b) => distance(a) - distance(b))[0] ?? null
  const all = places.map((_, node) => node)
  const inColumn = all.filter(node => places[node]!.column === here.column)
  if (key === 'ArrowRight') return nearest(after[at]!)
  if (key === 'ArrowLeft') return nearest(before[at]!)
  if (key === 'ArrowDown') return nearest(inColumn.filter(node => places[node]!.row > here.row))
  if (key === 'ArrowUp') return nearest(inColumn.filter(node => places[node]!.row < here.row))
  const ordered = all.sort((a, b) => places[a]!.column - places[b]!.column || places[a]!.row - places[b]!.row)
  if (key === 'Home') return ordered[0] ?? null
  return key === 'End' ? (ordered.at(-1) ?? null) : null
}
