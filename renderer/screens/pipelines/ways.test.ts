import { expect, test } from 'vitest'
import type { PipelineGraph, PipelineNode } from '../../../shared/model/pipeline.ts'

// The addresses follow the page's own, which a test has none of.
globalThis.window ??= { addEventListener() {}, location: { pathname: '/', search: '' } } as never
const { addressOf, nearestRun, stepTo, waysOf, withJobs } = await import('./ways.ts')

const kinds = { j: 'job', d: 'dataset', r: 'run', m: 'model' } as const
/** Named by the first letter of its kind; `a>b` says that a led to b. */
function graphOf(names: string, ...arrows: string[]): PipelineGraph {
  const ids = names.split(' ')
  const nodes = ids.map((id): PipelineNode => {
    const kind = kinds[id[0] as 'j']
    return { kind, id, label: id, detail: '', state: null, job: null, opens: { kind, id } }
  })
  const edges = arrows.map(arrow => {
    const [from, to] = arrow.split('>')
    return { from: ids.indexOf(from!), to: ids.indexOf(to!) }
  })
  return { nodes, edges, isWhole: true, jobs: 1 }
}

test('every thing opens where it is shown, whatever it is called; what is gone opens nowhere', () => {
  const of = (kind: PipelineNode['kind'], id: string) => addressOf({ opens: { kind, id } } as PipelineNode)
  expect(of('job', 'job-1')).toBe('/pipelines/job-1')
  expect(of('dataset', 'a b:3')).toBe('/data/a%20b?version=3')
  expect(of('run', 'run-1')).toBe('/train/run-1')
  expect(of('model', '<m>?:12')).toBe('/models/%3Cm%3E%3F/12')
  expect(of('deployment', 'here')).toBe('/deploy/here')
  expect(of('endpoint', 'watched')).toBe('/monitor/watched')
  expect(addressOf({ opens: null } as PipelineNode)).toBeNull()
})

test('what is trained again from a job is the run that it made, else the nearest that it came from', () => {
  const graph = graphOf('j1 d1 j2 r2 m2 j3 j4', 'j1>d1', 'd1>j2', 'j2>r2', 'r2>m2', 'm2>j3', 'd1>j4')
  expect(nearestRun(graph, 'j2')).toBe('r2')
  expect(nearestRun(graph, 'j3')).toBe('r2')
  expect(nearestRun(graph, 'j1')).toBeNull()
  expect(nearestRun(graph, 'j4')).toBeNull()
  expect(nearestRun(graph, 'unknown')).toBeNull()
  // A ring has an end too, and a run that is gone is none.
  const ring = graphOf('j1 d1 j2', 'j1>d1', 'd1>j2', 'j2>d1', 'd1>j1')
  expect(nearestRun(ring, 'j2')).toBeNull()
  graph.nodes[3]!.opens = null
  expect(nearestRun(graph, 'j2')).toBeNull()
})

test('arrow keys go along the ways and through a column, to the nearest, and stay where there is nothing', () => {
  const graph = graphOf('d1 j1 j2 j3 r1', 'd1>j1', 'd1>j2', 'd1>j3', 'j3>r1')
  const places = [
    { column: 0, row: 1 },
    { column: 1, row: 0 },
    { column: 1, row: 1 },
    { column: 1, row: 2 },
    { column: 2, row: 2 },
  ]
  const step = (key: string, at: number) => stepTo(key, at, places, waysOf(graph))
  expect(step('ArrowRight', 0)).toBe(2)
  expect(step('ArrowDown', 2)).toBe(3)
  expect(step('ArrowUp', 2)).toBe(1)
  expect(step('ArrowUp', 1)).toBeNull()
  expect(step('ArrowRight', 1)).toBeNull()
  expect(step('ArrowRight', 3)).toBe(4)
  expect(step('ArrowLeft', 4)).toBe(3)
  expect(step('Home', 4)).toBe(0)
  expect(step('End', 0)).toBe(4)
  expect(step('a', 0)).toBeNull()
})

test('a job shows as the event stream last told it', () => {
  const shown = withJobs(graphOf('j1 d1', 'j1>d1'), [{ job: 'j1', status: 'running', fraction: 0.5 } as never])
  expect(shown.nodes.map(({ state, job }) => [state, job?.fraction])).toEqual([
    ['running', 0.5],
    [null, undefined],
  ])
})
