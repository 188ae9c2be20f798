import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { missingText } from '../../../../shared/inference/signature.ts'
import type { Table, TextColumn } from '../../../../shared/inference/table.ts'
import type { Parameters } from '../../../../shared/model/run.ts'
import { PausedError } from '../../jobs/index.ts'
import { Pcg32 } from '../../numerics/index.ts'
import type { FittedModel, TrainingData } from '../algorithm.ts'
import type { FitCheckpoint } from '../checkpoint.ts'
import { expectSame, exportedAnswers } from '../exported-fixture.ts'
import { quietContext } from '../fixtures.ts'
import { neuralNetwork } from './neural-network.ts'

const context = { ...quietContext, seed: 1, temporaryFolder: tmpdir() }
const defaults = Object.fromEntries(neuralNetwork.parameters.map(({ name, default: value }) => [name, value]))
const rows = 600
const everyRow = Int32Array.from({ length: rows }, (_, row) => row)

function textColumn(name: string, texts: readonly (string | null)[]): TextColumn {
  const dictionary = [...new Set(texts.filter(text => text !== null))]
  const codes = new Map(dictionary.map((text, code) => [text, code]))
  return { name, type: 'text', kind: 'text', codes: Int32Array.from(texts, text => codes.get(text!) ?? -1), dictionary }
}

function dataOf(table: Table, target: (row: number) => number): TrainingData {
  return {
    table,
    features: table.columns.map(({ name }) => name),
    ...{ task: 'binary', classes: ['no', 'yes'], target: Float64Array.from(everyRow, target) },
    ...{ train: everyRow.subarray(0, 400), validation: everyRow.subarray(400) },
  }
}

const rightOf = (probabilities: Float32Array, target: Float64Array, from: number) =>
  everyRow
    .subarray(from)
    .reduce((right, row) => right + Number(probabilities[2 * row + 1]! > 0.5 === (target[row] === 1)), 0) /
  (rows - from)

const random = new Pcg32(7)
const fillers = ['the', 'room', 'was', 'Breakfast', 'and', 'a', 'bit', 'night']
const isGood = Uint8Array.from(everyRow, () => random.nextBelow(2))
/** Every text has the same two words, whose order alone tells. */
const reviews = Array.from(everyRow, row => {
  const words = Array.from({ length: 3 + random.nextBelow(6) }, () => fillers[random.nextBelow(fillers.length)]!)
  words.splice(random.nextBelow(words.length + 1), 0, ...(isGood[row] ? ['NOT', 'bad'] : ['bad', 'not']))
  return words.join(' ')
})
const reviewed: Table = {
  rows,
  columns: [
    textColumn('review', reviews),
    { name: 'stars', type: 'number', kind: 'numeric', values: Float64Array.from(everyRow, () => random.nextBelow(5)) },
  ],
}

test.each([
  ['convolution', 2],
  ['recurrent', 1],
])('%s: the order of words tells what their counts cannot', async (sequence, threads) => {
  const data = dataOf(reviewed, row => isGood[row]!)
  const parameters = { ...defaults, layers: [16], epochs: 30, filters: [16], memory: 16, sequence }
  const fitted = await neuralNetwork.fit(data, parameters, { ...context, threads })
  const own = await fitted.predict(everyRow)
  expect(rightOf(own, data.target, 400)).toBeGreaterThan(0.95)
  expectSame(await exportedAnswers(fitted, reviewed, reviews), own)
  expect(await (await inPieces(data, parameters, threads)).predict(everyRow)).toEqual(own)
})

/** The same, paused at every tenth edge of its loop and gone on with as if in another process. */
async function inPieces(data: TrainingData, parameters: Parameters, threads: number): Promise<FittedModel> {
  let kept: unknown = null
  let edges = 0
  const checkpoint: FitCheckpoint = {
    ...{ crash: null, isDue: () => edges++ % 10 === 9 },
    restored: <State>() => structuredClone(kept) as State | null,
    async save(state) {
      kept = structuredClone(state)
      throw new PausedError()
    },
  }
  for (;;) {
    try {
      const fitted = await neuralNetwork.fit(data, parameters, { ...context, threads, checkpoint })
      expect(kept).not.toBeNull()
      return fitted
    } catch (error) {
      if (!(error instanceof PausedError)) throw error
    }
  }
}

test('texts that are empty, missing, unknown or without end', async () => {
  const texts = reviews.map(
    (text, row) => [text, '', null, 'qwertz uiop asdf', `${text} ${'on '.repeat(500)}`][row % 5]!,
  )
  const table: Table = { rows, columns: [textColumn('review', texts)] }
  const data = dataOf(table, row => isGood[row]!)
  const parameters = { ...defaults, layers: [8], epochs: 2, sequence: 'convolution', length: 12 }
  const fitted = await neuralNetwork.fit(data, parameters, context)
  expect(fitted.warnings[0]).toBe('Of "review" the first 12 words are read; 80 training rows have more (see length)')
  const own = await fitted.predict(everyRow)
  const sent = texts.map(text => text ?? missingText)
  expectSame(await exportedAnswers(fitted, table, sent), own)
  // A batch without any word.
  expectSame(
    await exportedAnswers(fitted, table, ['', '!?'], everyRow.subarray(0, 2)),
    Float32Array.of(...own.slice(2, 4), ...own.slice(2, 4)),
  )
})

const length = 30
const period = Uint8Array.from(everyRow, () => random.nextBelow(2))
const phase = Float64Array.from(everyRow, () => random.nextBelow(1000))
/** Two channels that swing in six steps or in nine, from any place on; the columns lie in another order than their numbers. */
const swinging: Table = {
  rows,
  columns: [2, 1].flatMap(channel =>
    Array.from({ length }, (_, i) => length - 1 - i).map(step => ({
      ...{ name: `load ${channel} at ${step} h`, type: 'number' as const, kind: 'numeric' as const },
      values: Float64Array.from(everyRow, row => {
        const angle = (2 * Math.PI * (step + phase[row]! + 2 * channel)) / (period[row] ? 6 : 9)
        return row % 50 === step ? Number.NaN : Math.fround(20 + 5 * Math.sin(angle) + random.nextGaussian())
      }),
    })),
  ),
}

test.each(['convolution', 'recurrent'])('%s: a season is found wherever it begins', async sequence => {
  const data = dataOf(swinging, row => period[row]!)
  const parameters = { ...defaults, layers: [16], epochs: 20, memory: 16, sequence, 'learning-rate': 0.01 }
  const fitted = await neuralNetwork.fit(data, parameters, context)
  const own = await fitted.predict(everyRow)
  expect(rightOf(own, data.target, 400)).toBeGreaterThan(0.95)
  expectSame(await exportedAnswers(fitted, swinging, []), own)
})

test('what has no order, or too long a one, is refused with its mend', async () => {
  const plain: Table = { rows, columns: [reviewed.columns[1]!] }
  const learn = (table: Table, more: object) =>
    neuralNetwork.fit(
      dataOf(table, row => period[row]!),
      { ...defaults, ...more },
      context,
    )
  await expect(learn(plain, { sequence: 'recurrent' })).rejects.toThrow('nothing with an order')
  await expect(learn(swinging, { sequence: 'recurrent', image: [6, 8] })).rejects.toThrow('not both')
  const steps = Array.from({ length: 200 }, (_, i) => ({ ...swinging.columns[0]!, name: `x${i}` }))
  await expect(learn({ rows, columns: steps }, { sequence: 'recurrent' })).rejects.toThrow(
    '"x0" to "x199" are more than 128',
  )
})
