import { expect, test } from 'vitest'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import { type Run, TrainRequest } from '../../../shared/model/run.ts'
import {
  allChanges,
  changedParameters,
  changedRequest,
  lackingColumns,
  wantedByAddress,
  wantedByRun,
  wayOut,
} from './wanted.ts'

test('an address fills in what it says, and nothing else', () => {
  expect(wantedByAddress(new URLSearchParams('dataset=cells:2&target=a%26b&exclude=x&exclude=y'))).toEqual({
    dataset: 'cells:2',
    target: 'a&b',
    exclude: ['x', 'y'],
  })
  expect(wantedByAddress(new URLSearchParams())).toEqual({ dataset: null, exclude: [] })
})

const asked = TrainRequest.parse({
  ...{
    dataset: 'cells:1',
    target: 'class',
    algorithm: 'decision-tree',
    parameters: { 'max-depth': 3 },
    positive: 'no',
  },
  ...{ folds: 4, sampleRows: 300, exclude: ['id'], from: { run: 'run-1' } },
})

test('what is doubted is mended and all else stays as it was asked for', () => {
  const changed = changedRequest(asked, wayOut({ kind: 'tells-target', column: 'leak' }))
  expect(changed).toEqual({ ...asked, exclude: ['id', 'leak'] })
  expect(changedRequest(asked, wayOut({ kind: 'repeated-rows', column: null }))).toEqual({
    ...asked,
    distinctRows: true,
  })
  expect(changedRequest(asked, { everyRow: true }).sampleRows).toBeUndefined()
})

test('several doubts are mended at once; rows are kept together by the first column', () => {
  const doubts = [
    { kind: 'tells-target', column: 'leak' },
    { kind: 'tells-target', column: 'leak' },
    { kind: 'tells-target', column: 'leak2' },
    { kind: 'repeated-rows', column: null },
    { kind: 'split-group', column: 'patient' },
    { kind: 'split-group', column: 'ward' },
  ] as const
  const change = allChanges(doubts.map(wayOut))
  expect(change).toEqual({ exclude: ['leak', 'leak2'], distinctRows: true, group: 'patient' })
  expect(changedRequest(asked, change)).toEqual({
    ...asked,
    ...{ exclude: ['id', 'leak', 'leak2'], distinctRows: true, splitColumn: 'patient', splitBy: 'group' },
  })
})

test('a column that is left out is no longer said to be known of a forecast', () => {
  const forecast = { time: 'day', horizon: 7, known: ['price', 'leak'], past: ['leak'] }
  const changed = changedRequest(TrainRequest.parse({ dataset: 'sales', target: 'sold', forecast }), {
    exclude: ['leak'],
  })
  expect(changed).toMatchObject({ exclude: ['leak'], forecast: { known: ['price'], past: [] } })
})

test('a run that is trained again comes with its own algorithm and settings, and stays named', () => {
  const request = {
    ...{ dataset: 'cells:3', target: 'class', algorithm: 'linear', parameters: { l2: 0.5 }, device: 'cpu' as const },
    ...{ seed: 7, exclude: ['id'], distinctRows: true, positive: 'yes', from: { run: 'run-1' } },
  }
  const run = { run: 'run-1' } as Run
  expect(wantedByRun(request, run)).toEqual({
    ...{ dataset: 'cells:3', target: 'class', device: 'cpu', seed: 7, exclude: ['id'], distinctRows: true },
    ...{
      positive: 'yes',
      from: { run: 'run-1' },
      algorithms: ['linear'],
      parameters: { linear: { l2: 0.5 } },
      repeats: run,
    },
  })
})

test('what newer data lack is named once', () => {
  const data = { columns: [{ name: 'a' }] } as DatasetVersion
  expect(lackingColumns({ dataset: null, target: 'b', splitColumn: 'b', exclude: ['a', 'c'] }, data)).toEqual([
    'b',
    'c',
  ])
  expect(lackingColumns({ dataset: null, target: 'a' }, data)).toEqual([])
  const forecast = { time: 'a', horizon: 7, known: ['price'], past: ['a'], gaps: 'refuse', repeated: 'refuse' } as const
  expect(lackingColumns({ dataset: null, forecast: { ...forecast, known: ['price'], past: ['a'] } }, data)).toEqual([
    'price',
  ])
})

test('only settings that differ from the defaults count as changed', () => {
  const declared = [
    { name: 'rounds', default: 100 },
    { name: 'layers', default: [64, 32] },
  ] as never
  expect(changedParameters({ parameters: declared }, { rounds: 100, layers: [64, 32] })).toEqual({})
  expect(changedParameters({ parameters: declared }, { rounds: 20, layers: [64], other: 1 })).toEqual({
    rounds: 20,
    layers: [64],
    other: 1,
  })
})
