import { AppError } from '../../../../shared/errors.ts'
import type { NumericColumn } from '../../../../shared/inference/table.ts'
import type { TrainingData } from '../algorithm.ts'
import { columnsOf } from './columns.ts'
import { isProse } from './derived/words.ts'
import type { Encoder } from './encoder.ts'
import { fitOneScale } from './image-encoder.ts'
import { fitWordEncoder } from './word-encoder.ts'

/** Numbered columns that are fewer are no sequence. */
const fewestSteps = 8

/** A sequence as neighbouring columns of a matrix: `length` words, or `length` numbers of each of `channels`, one channel after the other. */
export interface Sequence {
  encoder: Encoder
  length: number
  channels: number
  /** Places of words that are told apart; absent of numbers. */
  vocabulary?: number
}

export interface Sequences {
  found: Sequence[]
  /** What is left to be learned from as columns. */
  rest: TrainingData
  warnings: string[]
}

/**
 * What has an order among the columns: sentences, of which the first `mostWords` words are read, and at least eight columns that are numbered without a gap
 * (`x0`, `x1`, …, or `sales[-1]`, `sales[-2]`, … of a forecast, the oldest first). Those whose numbers are the same are channels of one sequence. Throws
 * `bad-input` where there is nothing of the kind, or a sequence of numbers is longer than `mostSteps`.
 */
export function findSequences(data: TrainingData, mostWords: number, mostSteps: number): Sequences {
  const { numeric, text } = columnsOf(data)
  const prose = text.filter(column => isProse(column, data.train))
  const warnings: string[] = []
  const words = prose.map((column): Sequence => {
    const encoder = fitWordEncoder(column, data.train, mostWords)
    const { width, vocabulary, cut } = encoder
    if (cut > 0) {
      warnings.push(
        `Of "${column.name}" the first ${width} words are read; ${cut} training rows have more (see length)`,
      )
    }
    return { encoder, length: width, channels: 1, vocabulary }
  })
  const usable = new Set(numeric.map(({ name }) => name))
  const raw = data.table.columns.filter(column => column.kind === 'numeric' && !data.madeOf?.has(column.name))
  const runs = numberedRuns(raw as NumericColumn[]).filter(run => run.columns.some(({ name }) => usable.has(name)))
  const long = runs.find(({ columns }) => columns.length > mostSteps)
  if (long) {
    const [first, last] = [long.columns[0]!.name, long.columns.at(-1)!.name]
    throw new AppError(
      'bad-input',
      `"${first}" to "${last}" are more than ${mostSteps} steps for a recurrent network`,
      {
        mend: 'Use sequence convolution, or leave columns out.',
      },
    )
  }
  const numbers = [...Map.groupBy(runs, run => run.numbers).values()].map((channels): Sequence => {
    const encoder = fitOneScale(
      data,
      channels.flatMap(({ columns }) => columns),
    )
    return { encoder, length: channels[0]!.columns.length, channels: channels.length }
  })
  const found = [...numbers, ...words]
  if (found.length === 0) {
    throw new AppError(
      'bad-input',
      'There is nothing with an order: no sentences, and no numbered columns such as x0, x1, …',
      {
        mend: 'Leave out the parameter sequence, or number at least eight columns without a gap.',
      },
    )
  }
  const taken = new Set([...prose, ...runs.flatMap(({ columns }) => columns)].map(({ name }) => name))
  const isLeft = (name: string) => !taken.has(name) && !taken.has(data.madeOf?.get(name) ?? '')
  return { found, rest: { ...data, features: data.features.filter(isLeft) }, warnings }
}

interface Run {
  /** In the order of their numbers. */
  columns: NumericColumn[]
  /** What the numbers are, for those of other runs to be held against. */
  numbers: string
}

/** Columns whose names differ in one whole number alone, which takes every value between its least and its largest. */
function numberedRuns(columns: readonly NumericColumn[]): Run[] {
  const numbered = columns.flatMap(column => {
    const [, before, back, digits, after] = /^(.*?)(\[-)?(\d+)(\D*)$/s.exec(column.name) ?? []
    return digits === undefined
      ? []
      : [{ column, stem: JSON.stringify([before, back, after]), number: Number(digits) * (back ? -1 : 1) }]
  })
  return [...Map.groupBy(numbered, ({ stem }) => stem).values()].flatMap(group => {
    const sorted = group.toSorted((one, other) => one.number - other.number)
    const isWhole = sorted.every(({ number }, i) => number === sorted[0]!.number + i)
    if (sorted.length < fewestSteps || !isWhole) return []
    return [{ columns: sorted.map(({ column }) => column), numbers: `${sorted[0]!.number} ${sorted.length}` }]
  })
}

/** Matrices of several encoders, side by side. */
export function sideBySide(encoders: readonly Pick<Encoder, 'width' | 'names' | 'encode' | 'toGraph'>[]): Encoder {
  const width = encoders.reduce((sum, each) => sum + each.width, 0)
  return {
    width,
    names: encoders.flatMap(({ names }) => names),
    encode(rows) {
      const matrix = new Float32Array(rows.length * width)
      let from = 0
      for (const encoder of encoders) {
        const part = encoder.encode(rows)
        for (let i = 0; i < rows.length; i += 1) {
          matrix.set(part.subarray(i * encoder.width, (i + 1) * encoder.width), i * width + from)
        }
        from += encoder.width
      }
      return matrix
    },
    toGraph(graph, inputs) {
      const parts = encoders.map(encoder => encoder.toGraph(graph, inputs))
      return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: { int: 1 } })
    },
  }
}
