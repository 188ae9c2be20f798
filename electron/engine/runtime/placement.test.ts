import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { GraphBuilder } from './onnx/graph-builder.ts'
import { limitsOf } from './operators.ts'
import { placementOf, profileRun } from './placement.ts'
import { loadOnnxRuntime } from './session.ts'

const node = (operator: string, provider: string, dur: number) => ({
  cat: 'Node',
  name: `${operator}_7_kernel_time`,
  dur,
  args: { op_name: operator, provider: `${provider}ExecutionProvider` },
})

test('shares of operators and of time by provider, the wanted one first, the others with reasons', () => {
  const placement = placementOf(
    [
      { cat: 'Session', name: 'model_run', dur: 1000 },
      { cat: 'Node', name: 'node_1_fence_before', dur: 50, args: { op_name: 'Add', provider: 'CPUExecutionProvider' } },
      node('Scan', 'CPU', 500),
      node('OneHot', 'CPU', 30),
      node('MemcpyFromHost', 'WebGpu', 10),
      node('MatMul', 'WebGpu', 40),
      node('Add', 'WebGpu', 10),
      node('Add', 'WebGpu', 10),
    ],
    'webgpu',
  )
  expect(placement).toEqual([
    { provider: 'webgpu', operatorShare: 0.75, timeShare: 0.7, reasons: [] },
    { provider: 'cpu', operatorShare: 0.25, timeShare: 0.3, reasons: ['OneHot has no kernel there'] },
  ])
})

test('nothing ran: no placement', () => {
  expect(placementOf([{ cat: 'Session', name: 'model_loading_array', dur: 3 }], 'cpu')).toEqual([])
})

test('the profile of a real run, a subgraph counted by its nodes', async () => {
  const { Tensor } = await loadOnnxRuntime()
  const graph = new GraphBuilder()
  const body = new GraphBuilder('body', 'body_')
  body.input('body_state', 'float32', [2])
  body.input('body_row', 'float32', [2])
  body.output(body.node('Add', ['body_state', 'body_row'], {}, 'body_next'), 'float32', [2])
  graph.input('start', 'float32', [2])
  graph.input('rows', 'float32', [5, 2])
  graph.nodes('Scan', ['start', 'rows'], ['sum'], { body: { graph: body }, num_scan_inputs: { int: 1 } })
  graph.output('sum', 'float32', [2])
  const feeds = {
    start: new Tensor('float32', new Float32Array(2), [2]),
    rows: new Tensor('float32', new Float32Array(10), [5, 2]),
  }
  const placement = await profileRun(graph.build(), feeds, { device: 'cpu', temporaryFolder: tmpdir() })
  expect(placement).toEqual([{ provider: 'cpu', operatorShare: 1, timeShare: 1, reasons: [] }])
})

test('the limits of a device among the operators of a graph, conditional ones left out', () => {
  expect(limitsOf(['MatMul', 'Scan', 'MaxPool'], 'webgpu').map(({ reason }) => reason)).toEqual([
    'Scan has no kernel there, and its state would cross at every step',
  ])
  expect(limitsOf(['Scan'], 'cpu')).toEqual([])
})
