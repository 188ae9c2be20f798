import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Parameters, TargetTask } from '../../../shared/model/run.ts'
import type { TrainContext, TrainingData } from './algorithm.ts'

/** For tests: one thread, a fixed seed, nobody listens. */
export const quietContext: TrainContext = {
  device: 'cpu',
  seed: 1,
  threads: 1,
  signal: new AbortController().signal,
  finish: new AbortController().signal,
  temporaryFolder: tmpdir(),
  progress() {},
  log() {},
  metric() {},
}

/** A shipped sample as an algorithm gets it; two rows of three, by their index, are for training. */
export function readSample(
  file: string,
  task: TargetTask,
  classes: string[],
  most = Number.POSITIVE_INFINITY,
): TrainingData {
  const text = readFileSync(join(import.meta.dirname, '../../../resources/samples', file), 'utf8')
  const [header, ...lines] = text
    .trim()
    .split('\n')
    .slice(0, most + 1)
    .map(line => line.split(','))
  const features = header!.slice(0, -1)
  const all = Int32Array.from(lines.keys())
  return {
    table: {
      rows: lines.length,
      columns: features.map((name, i) => ({
        ...{ name, type: 'number', kind: 'numeric' },
        values: Float64Array.from(lines, line => Math.fround(Number(line[i]))),
      })),
    },
    features,
    task,
    classes,
    target: Float64Array.from(lines, line => (classes.length ? classes.indexOf(line.at(-1)!) : Number(line.at(-1)))),
    train: all.filter(row => row % 3 < 2),
    validation: all.filter(row => row % 3 === 2),
  }
}

/** Answers of other libraries in the first rows of `data`, named by `file` beside the tests of algorithms; which libraries and rows stands in it. */
export function readGolden<Sample extends string>(
  file: string,
): [name: string, { data: Sample; parameters: Parameters; predictions: (number | number[])[] }][] {
  const {
    library: _,
    rows: __,
    ...cases
  } = JSON.parse(readFileSync(join(import.meta.dirname, 'algorithms', file), 'utf8'))
  return Object.entries(cases)
}
