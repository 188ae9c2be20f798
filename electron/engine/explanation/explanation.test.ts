import { expect, test } from 'vitest'
import type { Numbers, Table, TableColumn } from '../../../shared/inference/table.ts'
import { readSample } from '../training/fixtures.ts'
import { partialDependence } from './dependence.ts'
import { type Predict, permutationImportance, rowLosses } from './importance.ts'
import { localEffects } from './local-effects.ts'
import { groupSimilar, likeness, mostAlike, prepare } from './similar-columns.ts'

/** 120 rows of the diabetes sample, and a model that is a formula; the age says nothing to it. */
const names = ['bmi', 'blood pressure', 'log triglycerides', 'age']
const sample = readSample('diabetes.csv', 'regression', [], 120)
const table: Table = {
  rows: 120,
  columns: names.map(name => {
    const column = sample.table.columns.find(each => each.name === name)!
    return column.kind === 'numeric' ? { ...column, values: decimals(column.values) } : column
  }),
}
const truth = sample.target.slice(0, 120)

/** The sample's numbers as they stand in its file, not as float32. */
function decimals(values: Numbers): Float64Array {
  return Float64Array.from(values.subarray(0, 120), value => Number(value.toPrecision(7)))
}

const predict: Predict = async ({ rows, columns }) => {
  const [bmi, pressure, fats] = columns.map(column => (column.kind === 'numeric' ? column.values : new Float64Array()))
  return Float32Array.from({ length: rows }, (_, row) => {
    return 4 * bmi![row]! + 0.5 * pressure![row]! * Math.tanh(fats![row]! - 4.6) + 20 * fats![row]! - 60
  })
}

test('importance is what scikit-learn 1.9.1 finds over 20,000 shuffles, within the noise of 400', async () => {
  const { base, importance } = await permutationImportance(table, predict, {
    ...{ task: 'regression', truth, groups: names.map(name => [name]), repeats: 400, seed: 1 },
    onProgress() {},
  })
  expect(base).toBeCloseTo(3233.670946400408, 2)
  const expected = {
    bmi: [728.634, 173.005],
    'blood pressure': [66.1378, 25.9616],
    'log triglycerides': [2166.569, 365.491],
  }
  for (const [name, [mean, deviation]] of Object.entries(expected)) {
    const { rise, interval } = importance.find(({ columns }) => columns[0] === name)!
    // Four standard errors of the mean of 400.
    expect(Math.abs(rise - mean!)).toBeLessThan((4 * deviation!) / 20)
    expect(interval[0]).toBeLessThan(mean!)
    expect(interval[1]).toBeGreaterThan(mean!)
  }
  expect(importance.map(({ columns }) => columns[0])).toEqual(['log triglycerides', 'bmi', 'blood pressure', 'age'])
  expect(importance.at(-1)).toEqual({ columns: ['age'], rise: 0, interval: [0, 0] })
})

test('a group is shuffled as one, the rows of its columns together', async () => {
  const both = table.columns.map(column => ({ ...column })) as TableColumn[]
  const seen: boolean[] = []
  const watching: Predict = async asked => {
    const [one, , other] = asked.columns.map(column => (column.kind === 'numeric' ? column.values : new Float64Array()))
    const pairs = new Set(table.columns[0]!.kind === 'numeric' ? pairsOf(both) : [])
    seen.push(Array.from(one!, (value, row) => `${value} ${other![row]}`).every(pair => pairs.has(pair)))
    return predict(asked)
  }
  const groups = [['bmi', 'log triglycerides'], ['blood pressure']]
  const options = { task: 'regression' as const, truth, groups, repeats: 3, seed: 1, onProgress() {} }
  const { importance } = await permutationImportance(table, watching, options)
  expect(seen).toEqual(Array(7).fill(true))
  expect(importance[0]!.columns).toEqual(groups[0])
  // The same seed, the same shuffles.
  expect((await permutationImportance(table, predict, options)).importance).toEqual(importance)
})

function pairsOf(columns: TableColumn[]): string[] {
  const [one, , other] = columns.map(column => (column.kind === 'numeric' ? column.values : new Float64Array()))
  return Array.from(one!, (value, row) => `${value} ${other![row]}`)
}

test('the log-loss of a row is that of its true class, and never infinite', () => {
  const losses = rowLosses('multiclass', Float64Array.of(2, 0), Float32Array.of(0.2, 0.3, 0.5, 0, 0.5, 0.5))
  expect(losses[0]).toBeCloseTo(Math.log(2), 6)
  expect(losses[1]).toBeCloseTo(-Math.log(1e-15), 6)
})

test('partial dependence is that of scikit-learn 1.9.1 at the same five values', async () => {
  const grid = [3.2581, 3.970325, 4.68255, 5.394775, 6.107]
  const expected = [67.73060387063332, 96.47739174291351, 140.26136253629664, 181.20998500101803, 206.77300954840018]
  // What a row's own value is does not matter to it, but for where the values are asked and how many rows lie there.
  const values = Float64Array.from({ length: 120 }, (_, row) => grid[row % 6 === 5 ? 0 : row % 6]!)
  const columns = table.columns.map(column =>
    column.name === 'log triglycerides' && column.kind === 'numeric' ? { ...column, values } : column,
  )
  const found = await partialDependence({ rows: 120, columns }, predict, 'log triglycerides')
  expect(found.values).toEqual(grid)
  found.means[0]!.forEach((mean, i) => {
    expect(mean).toBeCloseTo(expected[i]!, 4)
  })
  expect(found.density.map(share => share.toFixed(4))).toEqual(['0.3333', '0.1667', '0.1667', '0.1667', '0.1667'])
  for (const [[low, high], i] of found.spread[0]!.map((each, i) => [each, i] as const)) {
    expect(low).toBeLessThan(found.means[0]![i]!)
    expect(high).toBeGreaterThan(found.means[0]![i]!)
  }
})

test('single rows keep their own answers, of which partial dependence is the mean', async () => {
  const few = { rows: 20, columns: table.columns.map(column => selectColumn(column, 20)) }
  const ids = Int32Array.from({ length: 20 }, (_, row) => 1000 + row)
  const { individual, means } = await partialDependence(few, predict, 'bmi', ids)
  expect(individual.rows).toEqual([...ids])
  means[0]!.forEach((mean, i) => {
    const own = individual.answers[0]!.map(values => values[i]!)
    expect(own.reduce((sum, value) => sum + value / 20, 0)).toBeCloseTo(mean, 4)
  })
})

const selectColumn = (column: TableColumn, rows: number): TableColumn =>
  column.kind === 'numeric' ? { ...column, values: column.values.slice(0, rows) } : column

/** Computed by PyALE 1.2.0, grid_size 8, on the same rows and formula. */
const effectsByPyAle = {
  'log triglycerides': {
    edges: [3.2581, 3.9512, 4.1897, 4.3567, 4.5109, 4.6444, 4.8828, 5.1059, 6.107],
    counts: [15, 16, 14, 16, 14, 15, 15, 15],
    values: [
      -61.57427085766952, -34.87501388866873, -22.28081313144733, -11.963961387350246, -2.330146927963675,
      6.3798606217131635, 21.961830946585934, 35.826954458289165, 78.88717444271177,
    ],
  },
  bmi: {
    edges: [18.6, 21.0, 22.9, 24.1, 25.3, 26.2, 27.9, 30.5, 38.0],
    counts: [15, 15, 15, 15, 16, 14, 15, 15],
    values: [
      -28.656666666666656, -19.056666666666665, -11.456666666666674, -6.656666666666663, -1.8566666666666691,
      1.7433333333333323, 8.543333333333333, 18.94333333333334, 48.94333333333334,
    ],
  },
}

test.each(Object.entries(effectsByPyAle))(
  'accumulated local effects of %s are those of PyALE',
  async (name, expected) => {
    const { edges, counts, values } = (await localEffects(table, predict, name, 8))!
    expect(edges).toEqual(expected.edges)
    expect(counts).toEqual(expected.counts)
    values[0]!.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.values[i]!, 3)
    })
  },
)

test('where two columns go together, local effects see what partial dependence makes up', async () => {
  // y = x₁² − x₁·x₂ with x₂ = x₁: among rows that occur the change along x₁ is x₁ itself, so that it has risen by half its square.
  const one = Float64Array.from({ length: 400 }, (_, row) => row / 399)
  const columns = ['one', 'other'].map((name): TableColumn => ({ name, type: 'number', kind: 'numeric', values: one }))
  const product: Predict = async asked => {
    const [a, b] = asked.columns.map(column => (column.kind === 'numeric' ? column.values : new Float64Array()))
    return Float32Array.from(a!, (value, row) => value ** 2 - value * b![row]!)
  }
  const { edges, values } = (await localEffects({ rows: 400, columns }, product, 'one'))!
  edges.forEach((edge, i) => {
    expect(values[0]![i]! - values[0]![0]!).toBeCloseTo(edge ** 2 / 2, 2)
  })
  expect(mostAlike({ rows: 400, columns }, ['one']).get('one')).toEqual({
    column: 'other',
    likeness: expect.closeTo(1),
  })
})

test('texts, truth values and a column of one number have no local effects; rows without a value are left out', async () => {
  const values = Float64Array.from({ length: 30 }, (_, row) => (row % 3 ? row : Number.NaN))
  const columns: TableColumn[] = [
    { name: 'gaps', type: 'number', kind: 'numeric', values },
    { name: 'flag', type: 'boolean', kind: 'numeric', values: values.map(value => Number(Number.isNaN(value))) },
    { name: 'same', type: 'number', kind: 'numeric', values: new Float64Array(30).fill(2) },
    { name: 'text', type: 'text', kind: 'text', codes: new Int32Array(30), dictionary: ['a'] },
  ]
  const echo: Predict = async asked => Float32Array.from((asked.columns[0] as { values: Float64Array }).values)
  const effects = (await localEffects({ rows: 30, columns }, echo, 'gaps'))!
  expect(effects.counts.reduce((sum, count) => sum + count, 0)).toBe(20)
  expect(effects.values[0]!.at(-1)! - effects.values[0]![0]!).toBeCloseTo(28, 5)
  for (const name of ['flag', 'same', 'text']) expect(await localEffects({ rows: 30, columns }, echo, name)).toBeNull()
})

test('a column with gaps, one of texts and one without a value are looked at too', async () => {
  const rows = 60
  const values = Float64Array.from({ length: rows }, (_, row) => (row % 4 ? row % 3 : Number.NaN))
  const codes = Int32Array.from({ length: rows }, (_, row) => (row % 5) - 1)
  const columns: TableColumn[] = [
    { name: 'gaps', type: 'number', kind: 'numeric', values },
    { name: 'text', type: 'text', kind: 'text', codes, dictionary: ['a', 'b', 'c', 'd'] },
    { name: 'nothing', type: 'number', kind: 'numeric', values: new Float64Array(rows).fill(Number.NaN) },
  ]
  const echo: Predict = async asked => {
    const [gaps, text] = asked.columns
    return Float32Array.from({ length: asked.rows }, (_, row) => {
      const number = gaps!.kind === 'numeric' && !Number.isNaN(gaps!.values[row]) ? gaps!.values[row]! : -7
      return number + 100 * (text!.kind === 'text' ? text!.codes[row]! : 0)
    })
  }
  const gaps = await partialDependence({ rows, columns }, echo, 'gaps')
  expect(gaps.values).toEqual([0, 1, 2, null])
  expect(gaps.means[0]!.map(mean => Math.round(mean - gaps.means[0]![0]!))).toEqual([0, 1, 2, -7])
  const text = await partialDependence({ rows, columns }, echo, 'text')
  expect(text.values).toEqual(['a', 'b', 'c', 'd', null])
  expect(text.means[0]!.map(mean => Math.round(mean - text.means[0]![0]!))).toEqual([0, 100, 200, 300, -100])
  expect((await partialDependence({ rows, columns }, echo, 'nothing')).values).toEqual([null])
})

test('likeness is that of SciPy 1.17.1, and what is alike is grouped', () => {
  const all = Int32Array.from({ length: 120 }, (_, row) => row)
  const [bmi, , fats] = table.columns
  expect(likeness(prepare(bmi!, all), prepare(fats!, all))).toBeCloseTo(0.458100917666588, 9)
  const text = (name: string, code: (row: number) => number): TableColumn => {
    const dictionary = ['p', 'q', 'r', 's', 't']
    return {
      name,
      type: 'text',
      kind: 'text',
      dictionary,
      codes: Int32Array.from({ length: 60 }, (_, row) => code(row)),
    }
  }
  const one = text('one', row => row % 5)
  const other = text('other', row => ((row % 5) * 3 + Number(row % 7 === 0)) % 5)
  const sixty = all.subarray(0, 60)
  expect(likeness(prepare(one, sixty), prepare(other, sixty))).toBeCloseTo(0.8266045356003426, 9)

  const number = (name: string, value: (row: number) => number): TableColumn => {
    return { name, type: 'number', kind: 'numeric', values: Float64Array.from({ length: 60 }, (_, row) => value(row)) }
  }
  const wave = (row: number) => Math.sin(row * 12.9898)
  const columns = [
    number('wave', wave),
    one,
    number('its exponential', row => Math.exp(5 * wave(row))),
    number('constant', () => 4),
    text('renamed', row => 4 - (row % 5)),
    number('empty', () => Number.NaN),
    other,
  ]
  expect(groupSimilar({ rows: 60, columns })).toEqual([
    ['wave', 'its exponential'],
    ['one', 'renamed'],
    ['constant'],
    ['empty'],
    ['other'],
  ])
})
