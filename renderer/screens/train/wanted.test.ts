import { expect, test } from 'vitest'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Run } from '../../../shared/model/run.ts'
import { changedParameters, lackingColumns, wantedByAddress, wantedByRun } from './wanted.ts'

test('an address fills in by what to split and how often; what it misspells is left out', () => {
  const wanted = (search: string) => wantedByAddress(new URLSearchParams(search))
  expect(wanted('split=day&by=time&folds=5')).toMatchObject({ splitColumn: 'day', splitBy: 'time', folds: 5 })
  expect(wanted('folds=0')).toMatchObject({ folds: 0 })
  expect(Object.keys(wanted('by=moon&folds=1'))).not.toContain('splitBy')
  expect(Object.keys(wanted('by=moon&folds=1'))).not.toContain('folds')
})

test('an address fills in what it says, and nothing else', () => {
  expect(
    wantedByAddress(new URLSearchParams('dataset=cells:2&target=a%26b&exclude=x&exclude=y&distinct=1&seed=3')),
  ).toEqual({
    dataset: 'cells:2',
    target: 'a&b',
    exclude: ['x', 'y'],
    distinctRows: true,
    seed: 3,
  })
  expect(wantedByAddress(new URLSearchParams())).toEqual({ dataset: null, exclude: [], distinctRows: false, seed: 0 })
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
