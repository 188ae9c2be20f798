import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { compareMade, compareShipped } from './quality/compare.ts'
import { type QualityResult, writeReport } from './quality/report.ts'
import { flagValue, learners, peersPython, root, run } from './tools/peers.ts'

/**
 * `npm run bench quality [--only ALGORITHM,…] [--json FILE] [--data FOLDER]`: each algorithm beside its twin of scikit-learn or LightGBM, on
 * the same rows with the same parameters: on real data in five folds, and on made data of which is known what is true. Ours is trained by what
 * a run does, its exported model held against it. `--data` keeps the data and all answers there, and of a second call only `--only` is
 * answered anew. Both tables go to `bench/quality.md` and `bench/quality.json`; where only some are answered, the lines of the others stay.
 */
const all = [
  ...['baseline', 'linear', 'linear-svm', 'gradient-boosting', 'random-forest', 'extra-trees', 'decision-tree'],
  ...['neural-network', 'nearest-neighbours', 'naive-bayes'],
]
const only = flagValue('--only')?.split(',') ?? all
const json = flagValue('--json')
const kept = flagValue('--data')
const { esbuildOptions } = (await import(`${root}/scripts/build.mjs`)) as {
  esbuildOptions(bundle: object): BuildOptions
}
// It lies where the kernel of the trees is found.
await build(esbuildOptions({ entryPoints: { 'bench-quality': 'bench/quality/ours.ts' }, outdir: 'out' }))
const python = await peersPython(learners)
const folder = kept ?? mkdtempSync(join(tmpdir(), 'lathe-quality-'))
try {
  if (!kept || only === all || !existsSync(join(folder, 'made'))) {
    rmSync(folder, { recursive: true, force: true })
    await run(python, [join(root, 'bench/quality/data.py'), folder])
  }
  await run(process.execPath, [join(root, 'out/bench-quality.js'), folder, ...only])
  await run(python, [join(root, 'bench/quality/twins.py'), folder, ...only])
  const result = { shipped: compareShipped(folder, only), made: compareMade(folder, only) }
  const versions = [
    `Lathe ${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}`,
    ...learners.filter(each => /scikit-learn|lightgbm/.test(each)).map(each => each.replace('==', ' ')),
  ]
  const written: QualityResult = JSON.parse(readFileSync(join(root, 'bench/quality.json'), 'utf8'))
  const whole = {
    ...{ date: new Date().toISOString().slice(0, 10), versions },
    ...{ shipped: renewed(written.shipped, result.shipped), made: renewed(written.made, result.made) },
  }
  const report = writeReport(whole)
  console.log(report)
  if (json) writeFileSync(json, `${[...result.shipped, ...result.made].map(row => JSON.stringify(row)).join('\n')}\n`)
  writeFileSync(join(root, 'bench/quality.md'), report)
  writeFileSync(join(root, 'bench/quality.json'), `${JSON.stringify(whole, null, 1)}\n`)
} finally {
  if (!kept) rmSync(folder, { recursive: true, force: true })
}

/** Those of the algorithms that were answered in the place of what stood there of them, new ones behind the last of them. */
function renewed<Row extends { algorithm: string; data?: string }>(
  before: readonly Row[],
  after: readonly Row[],
): Row[] {
  const placeOf = ({ algorithm, data = '' }: Row) => [data, all.indexOf(algorithm.split(',')[0]!)] as const
  const kept = before.filter(({ algorithm }) => !only.includes(algorithm.split(',')[0]!))
  return [...kept, ...after].sort((a, b) => {
    const [[data, place], [otherData, otherPlace]] = [placeOf(a), placeOf(b)]
    return data === otherData ? place - otherPlace : data < otherData ? -1 : 1
  })
}
