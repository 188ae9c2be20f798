import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Checkpoint } from '../../electron/engine/jobs/index.ts'
import { algorithms } from '../../electron/engine/training/algorithms/index.ts'
import { checkParameters } from '../../electron/engine/training/parameters.ts'
import { trainModel } from '../../electron/engine/training/train-model.ts'

/**
 * What the process of a training does from its Parquet file to the bundle, as a program with the arguments FOLDER SPEC: reading, splitting,
 * looking for suspects, fitting with validation rows, export, parity, metrics with their intervals, profile, golden rows.
 */
const [folder, spec] = process.argv.slice(2)
const { rounds } = JSON.parse(spec!) as { rounds: number }
const out = join(folder!, 'job')
mkdirSync(out)

let firstRound = 0
const begun = performance.now()
const algorithm = algorithms.get('gradient-boosting')
const never = new AbortController().signal
const { metrics } = await trainModel(
  {
    ...{ dataset: { name: 'table', version: 1, sha256: '0'.repeat(64) }, parquetFile: join(folder!, 'table.parquet') },
    ...{ target: 'y', algorithm: algorithm.id, device: 'cpu', seed: 1, folds: 0 },
    parameters: checkParameters(algorithm, { rounds, 'early-stopping': 0 }),
    ...{ splitColumn: null, splitBy: 'parts', positive: null, recalibration: null, task: null },
    ...{ distinctRows: false, exclude: [], warnings: [] },
  },
  {
    ...{ folder: out, outFolder: out, temporaryFolder: out, signal: never, finish: never },
    checkpoint: new Checkpoint(join(out, 'checkpoint')),
    metric() {
      firstRound ||= Date.now()
    },
    progress(_fraction, phase) {
      if (process.env.LATHE_BENCH_STAGES) console.error(`${heldMb()} MB: ${phase}`)
    },
    log() {},
    record() {},
    secret: async () => null,
    unbroken: work => work(),
    within: (_milliseconds, _late, work) => work(),
  },
)
const seconds = (performance.now() - begun) / 1000
console.log(JSON.stringify({ seconds, megabytes: heldMb(), firstRound, auc: metrics.auc }))

/** The most that this process has held so far. */
function heldMb(): number {
  return process.resourceUsage().maxRSS / 1024
}
