import { expect, test } from 'vitest'
import type { Provenance } from '../../../shared/inference/bundle.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { ColumnType, DatasetVersion } from '../../../shared/model/dataset.ts'
import { checkDataset, recipeOf } from './recipe.ts'

const provenance: Provenance = {
  formatVersion: 1,
  latheVersion: '1.0.0',
  dataset: { name: 'cells', version: 1, sha256: 'a'.repeat(64) },
  target: 'answer',
  algorithm: 'linear',
  parameters: { l2: 0.1 },
  seed: 7,
  splitColumn: 'part',
  splitBy: 'parts',
  exclude: ['id'],
  distinctRows: true,
  positive: 'yes',
  metrics: {},
  imported: null,
}
const signature: Signature = {
  formatVersion: 1,
  task: 'binary',
  target: 'answer',
  columns: [
    { name: 'size', type: 'number' },
    { name: 'colour', type: 'text' },
  ],
  inputs: [],
  outputs: { probabilities: 'probabilities', value: null },
  classes: ['no', 'yes'],
}
function dataset(columns: Record<string, ColumnType>): DatasetVersion {
  const profileOf = ([name, type]: [string, ColumnType]) => ({
    name,
    type,
    missing: 0,
    infinite: 0,
    distinct: 2,
    min: null,
    max: null,
    mean: null,
    standardDeviation: null,
    quantiles: [],
    histogram: null,
    top: [],
  })
  return {
    dataset: 'cells',
    version: 2,
    sha256: 'b'.repeat(64),
    rows: 10,
    sizeBytes: 1,
    columns: Object.entries(columns).map(profileOf),
    warnings: [],
    target: null,
    source: { fileName: 'cells.csv', sha256: 'c'.repeat(64), sizeBytes: 1 },
    readOptions: {},
    createdAt: 0,
  }
}

test('a recipe is what the bundle says it was made of', () => {
  expect(recipeOf('cells:1', provenance, signature)).toEqual({
    algorithm: 'linear',
    parameters: { l2: 0.1 },
    target: 'answer',
    seed: 7,
    splitColumn: 'part',
    splitBy: 'parts',
    positive: 'yes',
    exclude: ['id'],
    distinctRows: true,
    task: 'classification',
    recalibration: null,
    refit: false,
    sampleRows: null,
    forecast: null,
  })
})

test('a forecast needs its times, series and target, not the last values that are made of them', () => {
  const forecast = { time: 'day', series: 'shop', horizon: 7, gaps: 'refuse', repeated: 'refuse' } as const
  const recipe = recipeOf('sales:1', { ...provenance, splitColumn: null, forecast }, signature)
  expect(recipe.forecast).toEqual(forecast)
  const columns = ['day', 'shop', 'step', 'answer[-1]'].map(name => ({ name, type: 'number' as const }))
  const taken = { ...signature, columns }
  expect(() => checkDataset(dataset({ day: 'date', shop: 'integer', answer: 'number' }), recipe, taken)).not.toThrow()
  expect(() => checkDataset(dataset({ day: 'date', answer: 'number' }), recipe, taken)).toThrow(
    'lacks the column "shop"',
  )
})

test('an imported model has none', () => {
  const imported = { fileName: 'm.onnx', sha256: 'd'.repeat(64), producer: 'other' }
  expect(() => recipeOf('cells:1', { ...provenance, algorithm: null, imported }, signature)).toThrow('no recipe')
})

test('missing columns and changed kinds are named', () => {
  const recipe = recipeOf('cells:1', provenance, signature)
  const whole = { size: 'integer', colour: 'text', answer: 'text', part: 'text', more: 'date' } as const
  expect(() => checkDataset(dataset(whole), recipe, signature)).not.toThrow()
  const { colour: _colour, part: _part, ...less } = whole
  expect(() => checkDataset(dataset(less), recipe, signature)).toThrow('lacks the columns "colour", "part"')
  expect(() => checkDataset(dataset({ ...whole, size: 'text' }), recipe, signature)).toThrow('"size" is text')
})
