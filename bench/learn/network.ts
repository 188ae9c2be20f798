import { tmpdir } from 'node:os'
import { crossEntropy } from '../../electron/engine/training/losses/index.ts'
import { fitNetwork, type NetworkDescription, predictWith } from '../../electron/engine/training/network/index.ts'
import { optimizers } from '../../electron/engine/training/optimizers/index.ts'
import { device, most, precision, read, report, threads } from './measure.ts'

interface Work {
  description: NetworkDescription
  classes: number
  optimizer: string
  learningRate: number
  weightDecay: number
  batch: number
  epochs: number
  /** The first so many. */
  rows: number
}

/** Trains a network on the data in the folder; reports the middle epoch's seconds and the share of test rows that it gets right. */
export async function measureNetwork({ classes, rows, ...work }: Work): Promise<void> {
  const count = Math.min(rows, most ?? rows)
  const [width] = work.description.inputShape as [number]
  const labels = read('y').subarray(0, count)
  const targets = new Float32Array(count * classes)
  labels.forEach((label, row) => {
    targets[row * classes + label] = 1
  })
  const features = read('x').subarray(0, count * width)
  const before = process.resourceUsage().maxRSS
  const task = {
    ...{ ...work, loss: crossEntropy, patience: work.epochs },
    mixed: precision === 'mixed' ? {} : undefined,
    optimizer: optimizers.get(work.optimizer),
    train: { count, features, targets },
    // As good as none, so that an epoch is its steps.
    validation: { count: 1, features: features.subarray(0, width), targets: targets.subarray(0, classes) },
  }
  if (most) task.epochs = Math.min(task.epochs, 2)
  const ends: number[] = []
  let firstRound = 0
  const fitted = await fitNetwork(task, {
    ...{ device, seed: 1, threads: threads!, temporaryFolder: tmpdir() },
    signal: new AbortController().signal,
    finish: new AbortController().signal,
    progress() {
      firstRound ||= Date.now()
    },
    log() {},
    metric(key) {
      if (key === 'train-loss') ends.push(performance.now())
    },
  })
  if (fitted.device !== device) throw new Error(fitted.warnings.join('\n'))
  // The first epoch is left out: the length of a call is still being found.
  const took = ends.slice(1).map((end, i) => (end - ends[i]!) / 1000)
  const seconds = took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)]!
  const megabytes = (process.resourceUsage().maxRSS - before) / 1024
  const test = read('xt')
  const truth = read('yt')
  const answers = await predictWith(
    fitted,
    task,
    truth.length,
    (from, to) => test.subarray(from * width, to * width),
    2,
  )
  let right = 0
  truth.forEach((label, row) => {
    const own = answers.subarray(row * classes, (row + 1) * classes)
    right += Number(own.indexOf(Math.max(...own)) === label)
  })
  const shareElsewhere = 1 - (fitted.placement.find(({ provider }) => provider === device)?.timeShare ?? 0)
  const batchBytes = 4 * Math.min(work.batch, count) * (width + classes)
  const placed = {
    shareElsewhere,
    bytesPerStep: fitted.bytesPerStep ?? 0,
    batchBytes,
    waitingShare: fitted.waitingShare,
  }
  report({ seconds, megabytes, firstRound, accuracy: right / truth.length, ...placed }, new Float32Array(truth.length))
}
