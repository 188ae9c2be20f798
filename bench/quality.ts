import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { compareMade, compareShipped } from './quality/compare.ts'
import { writeReport } from './quality/report.ts'
import { flagValue, learners, peersPython, root, run } from './tools/peers.ts'

/**
 * `npm run bench quality [--only ALGORITHM,…] [--json FILE] [--data FOLDER]`: each algorithm beside its twin of scikit-learn or LightGBM, on
 * the same rows with the same parameters: on real data in five folds, and on made data of which is known what is true. Ours is trained by what
 * a run does, its exported model held against it. `--data` keeps the data and all answers there, and of a second call only `--only` is
 * answered anew. Of a whole call both tables go to `bench/quality.md` and `bench/quality.json`.
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
  if (!kept || only === all) {
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
  const whole = { date: new Date().toISOString().slice(0, 10), versions, ...result }
  const report = writeReport(whole)
  console.log(report)
  if (json) writeFileSync(json, `${[...result.shipped, ...result.made].map(row => JSON.stringify(row)).join('\n')}\n`)
  if (only !== all) process.exitCode = 0
  else {
    writeFileSync(join(root, 'bench/quality.md'), report)
    writeFileSync(join(root, 'bench/quality.json'), `${JSON.stringify(whole, null, 1)}\n`)
  }
} finally {
  if (!kept) rmSync(folder, { recursive: true, force: true })
}
