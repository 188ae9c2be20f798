import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { largePages } from '../electron/engine/jobs/large-pages.ts'
import { type DataSet, dataSets, writeDataSet } from './learn/data.ts'
import { networks, placementRows, softwareAdapter, trainOn } from './learn/on-device.ts'
import { buildOurs, ours } from './learn/programs.ts'
import { header, tell } from './learn/table.ts'
import { flagValue, learners, peersPython, root, run, threads, torch } from './tools/peers.ts'

/**
 * `npm run bench learn [--only TEXT] [--json FILE]`: gradient-boosted trees beside LightGBM, XGBoost and scikit-learn: 100 rounds, 31 leaves,
 * 255 bins, 2 threads, data in memory on both sides, binning included. Every training is a process of its own; ours and theirs take turns, and
 * medians are compared. Networks are trained on WebGPU too, in software where Chromium's is there, for where their operators run and what crosses. What is to fit into a memory is the whole process of one training. The peers are installed into `.cache/bench-peers`, which wants Python 3 and a package index.
 */
const turns = 3
const [only, json] = [flagValue('--only') ?? '', flagValue('--json')]

interface Bar {
  work: string
  /** Its file in `bench/learn/`, and what `peers.py` has beside it. */
  learner:
    | 'gradient-boosting'
    | 'random-forest'
    | 'tree-shap'
    | 'logistic'
    | 'dense-network'
    | 'tabular-network'
    | 'convolution'
    | 'whole-job'
  data: string
  peer: string
  bar: number | null
  moonshot: number | null
  /** What is compared; two trainings of ours for `two threads`. */
  by: 'seconds' | 'megabytes' | 'start'
}

const boosting = { work: 'gradient boosting', learner: 'gradient-boosting', by: 'seconds' } as const
const table: Bar[] = [
  { ...boosting, data: '1 M × 28', peer: 'lightgbm', bar: 0.8, moonshot: 0.5 },
  { ...boosting, data: '1 M × 28', peer: 'xgboost', bar: null, moonshot: 1 },
  { ...boosting, data: '1 M × 28', peer: 'scikit-learn', bar: null, moonshot: 1 },
  { ...boosting, data: '500 k × 100', peer: 'lightgbm', bar: 0.9, moonshot: 0.6 },
  { ...boosting, data: '100 k × 28', peer: 'lightgbm', bar: 0.8, moonshot: 0.6 },
  { ...boosting, work: 'two threads against one', data: '1 M × 28', peer: 'lathe', bar: 1 / 1.6, moonshot: 1 / 1.85 },
  {
    ...{ ...boosting, work: 'process start to first round', data: '100 k × 28', peer: 'lightgbm' },
    ...{ bar: 0.3, moonshot: 0.15, by: 'start' },
  },
  {
    ...{ ...boosting, work: 'peak memory above the data', data: '1 M × 28', peer: 'lightgbm' },
    ...{ bar: 1.3, moonshot: 1, by: 'megabytes' },
  },
  {
    ...{ work: 'a whole training', learner: 'whole-job', data: '10 M × 28', peer: '6 GB' },
    ...{ bar: 1, moonshot: null, by: 'megabytes' },
  },
  {
    ...{ work: 'random forest', learner: 'random-forest', data: '100 k × 28', peer: 'scikit-learn' },
    ...{ bar: 0.25, moonshot: 0.1, by: 'seconds' },
  },
  {
    ...{ work: 'TreeSHAP of 10 k rows', learner: 'tree-shap', data: '100 k × 28', peer: 'lightgbm' },
    ...{ bar: 1.5, moonshot: 0.7, by: 'seconds' },
  },
  {
    ...{ work: 'logistic regression', learner: 'logistic', data: '100 k × 28', peer: 'scikit-learn' },
    ...{ bar: 1.5, moonshot: 0.7, by: 'seconds' },
  },
  {
    ...{ work: 'network 784-256-10, an epoch', learner: 'dense-network', data: '60 k × 784', peer: 'pytorch' },
    ...{ bar: 0.5, moonshot: 0.3, by: 'seconds' },
  },
  {
    ...{ work: 'small CNN, an epoch of 12.8 k', learner: 'convolution', data: '60 k × 784', peer: 'pytorch' },
    ...{ bar: 1, moonshot: 0.5, by: 'seconds' },
  },
  {
    ...{
      work: '10 embeddings, 10 M parameters, an epoch',
      learner: 'tabular-network',
      data: '25 k × 20',
      peer: 'pytorch',
    },
    ...{ bar: 1, moonshot: 0.7, by: 'seconds' },
  },
  // Like for like: there too a step changes only the rows that its batch looks up.
  {
    ...{
      work: '10 embeddings, 10 M parameters, an epoch',
      learner: 'tabular-network',
      data: '25 k × 20',
      peer: 'pytorch-sparse',
    },
    ...{ bar: 1, moonshot: 0.7, by: 'seconds' },
  },
  {
    ...{ work: 'process start to first step', learner: 'dense-network', data: '60 k × 784', peer: 'pytorch' },
    ...{ bar: 0.3, moonshot: 0.15, by: 'start' },
  },
]

interface Training {
  seconds: number
  megabytes: number
  /** Seconds from the start of the process to the first round, or step. */
  start: number
  /** Area under the ROC curve, or what the learner itself says: the share of the test rows that is right. */
  score: number
}

/** In the units of `megabytes`, 2²⁰ bytes. */
const limit = { name: '6 GB', megabytes: 6e9 / 2 ** 20 }

/** With `-sparse` the gradients of its tables are those of the rows in use, and SparseAdam moves them. */
const isTorch = (side: string) => side.startsWith('pytorch')

/** Area under the ROC curve: the share of pairs in the right order, ties half. */
function areaUnderCurve(answers: Float32Array, truth: Float32Array): number {
  const order = Int32Array.from(answers.keys()).sort((a, b) => answers[a]! - answers[b]!)
  let [ranks, positives] = [0, 0]
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && answers[order[to]!] === answers[order[from]!]) to += 1
    for (let i = from; i < to; i += 1) {
      if (truth[order[i]!] !== 1) continue
      positives += 1
      ranks += (from + to + 1) / 2
    }
    from = to
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (order.length - positives))
}

const floats = (path: string) => {
  const bytes = readFileSync(path)
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

async function train(learner: string, side: string, python: string, folder: string, data: DataSet): Promise<Training> {
  const spec = JSON.stringify({ ...data, threads: side === 'one thread' ? 1 : threads, rounds: 100 })
  if (side === limit.name) return { seconds: 0, megabytes: limit.megabytes, start: 0, score: Number.NaN }
  const script = join(root, 'bench/learn', isTorch(side) ? 'pytorch.py' : 'peers.py')
  const begun = Date.now()
  const told = JSON.parse(
    ['lathe', 'one thread'].includes(side)
      ? // As the engine starts a training's process.
        await run(process.execPath, [ours(learner), folder, spec], largePages())
      : await run(python, [script, learner, side, folder, spec]),
  ) as Record<string, number>
  const { seconds, megabytes, firstRound, auc, accuracy } = told
  const score = auc ?? accuracy ?? areaUnderCurve(floats(join(folder, 'answers')), floats(join(folder, 'yt')))
  return { seconds: seconds!, megabytes: megabytes!, start: (firstRound! - begun) / 1000, score }
}

await buildOurs(table.map(({ learner }) => learner))

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

const wanted = table.filter(({ work, data, peer }) => `${work} ${data} ${peer}`.includes(only))
const placed = networks.filter(({ work, data }) => `${work} ${data} on webgpu`.includes(only))
const python = await peersPython([...learners, ...(wanted.some(({ peer }) => isTorch(peer)) ? [torch] : [])])
const lines: string[] = []
console.log(header)
for (const data of dataSets.filter(({ name }) => [...wanted, ...placed].some(bar => bar.data === name))) {
  const folder = mkdtempSync(join(tmpdir(), 'lathe-bench-'))
  try {
    await writeDataSet(folder, data)
    const bars = wanted.filter(bar => bar.data === data.name)
    // Two threads against one is ours against ours.
    const rivalOf = ({ peer }: Bar) => (peer === 'lathe' ? 'one thread' : peer)
    const sides = bars.flatMap(bar => ['lathe', rivalOf(bar)].map(side => `${bar.learner}/${side}`))
    const taken = new Map<string, Training[]>(sides.map(side => [side, []]))
    for (let turn = 0; turn < (data.isLarge ? 1 : turns); turn += 1) {
      for (const [side, all] of taken) {
        const [learner, name] = side.split('/') as [string, string]
        all.push(await train(learner, name, python, folder, data))
      }
    }
    for (const each of bars) {
      const { work, learner, bar, moonshot, by } = each
      const middle = (side: string, what: keyof Training) =>
        median(taken.get(`${learner}/${side}`)!.map(training => training[what]))
      const other = rivalOf(each)
      const [own, theirs] = [middle('lathe', by), middle(other, by)]
      lines.push(
        tell({
          ...{ work: `${work}, ${data.name}, against ${other}`, unit: by === 'megabytes' ? 'MB' : 's' },
          ...{ lathe: own, peer: theirs, ratio: own / theirs, bar, moonshot },
          scoreDifference: middle('lathe', 'score') - middle(other, 'score'),
        }),
      )
    }
    for (const network of placed.filter(each => each.data === data.name)) {
      const trained = await trainOn('webgpu', network, folder, data, { isSoftware: softwareAdapter !== null }).catch(
        () => null,
      )
      if (trained) {
        const rows = placementRows(trained, 'webgpu')
        lines.push(...rows.map(row => tell({ ...row, work: `${network.work}, ${row.work}` })))
      } else console.log(`${network.work} does not train on WebGPU here.`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
if (json) writeFileSync(json, `${lines.join('\n')}\n`)
