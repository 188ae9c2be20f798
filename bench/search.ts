import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * `npm run bench search [--seconds N] [--only TEXT] [--peers a,b] [--json FILE]`: the search beside FLAML, AutoGluon and Optuna with
 * LightGBM: the loss on held-out rows after so many seconds on the same cores (1 − AUC, log-loss, RMSE), over 12 data sets, and the mean rank.
 * All get the same training rows and split them by themselves. The peers are installed into `.cache/bench-search`, which wants Python 3 and a
 * package index; one that cannot be installed is left out, and that is said.
 */
const packages: Record<string, string[]> = {
  flaml: ['flaml[automl]', 'scikit-learn', 'pandas'],
  optuna: ['optuna', 'lightgbm==4.7.0', 'scikit-learn', 'pandas'],
  autogluon: ['autogluon.tabular[lightgbm,xgboost,catboost]'],
}
const root = join(import.meta.dirname, '..')
const flagValue = (flag: string) => {
  const at = process.argv.indexOf(flag)
  return at > 0 ? process.argv[at + 1] : undefined
}
const seconds = Number(flagValue('--seconds') ?? 60)
const only = flagValue('--only')?.split(',') ?? null
const asked = flagValue('--peers')?.split(',') ?? Object.keys(packages)
const json = flagValue('--json')
const threads = availableParallelism()

interface Outcome {
  loss: number
  seconds: number
}

function run(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    errors = (errors + text).slice(-2000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => (code === 0 ? resolve(output) : reject(new Error(`${program}: ${errors}`))))
  })
}

/** The Python of each peer that is here or can be installed. */
async function pythonOf(peer: string): Promise<string | null> {
  const folder = join(root, '.cache', 'bench-search', peer)
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const stamp = join(folder, '.peers')
  const wanted = packages[peer]!
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted.join()) return python
  console.error(`Installing ${wanted.join(', ')}…`)
  try {
    await run('python3', ['-m', 'venv', folder])
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted])
    writeFileSync(stamp, wanted.join())
    return python
  } catch (error) {
    console.error(`${peer} is left out: ${(error as Error).message}`)
    return null
  }
}

/** The window's button, by the command line: training and test rows in one file, with a column that says which are which. */
async function ours(folder: string, workspace: string): Promise<Outcome> {
  const rows = (name: string) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
  const [train, test] = [rows('train.csv'), rows('test.csv')]
  const lines = [
    `${train[0]},part`,
    ...train.slice(1).map(line => `${line},train`),
    ...test.slice(1).map(line => `${line},test`),
  ]
  const file = join(folder, 'all.csv')
  writeFileSync(file, lines.join('\n'))
  const name = `set-${readdirSync(workspace).length}-${Date.now()}`
  const lathe = (...args: string[]) =>
    run(process.execPath, [join(root, 'out', 'cli.js'), ...args, '--json'], { LATHE_WORKSPACE: workspace })
  await lathe('import', file, '--name', name)
  const minutes = String(seconds / 60)
  const answer = await lathe(
    'search',
    name,
    '--target',
    'target',
    '--split',
    'part',
    '--minutes',
    minutes,
    '--seed',
    '1',
  )
  const { winner, metric, startedAt, endedAt } = JSON.parse(answer)
  const value = winner.metrics[metric]
  return { loss: metric === 'auc' ? 1 - value : value, seconds: (endedAt - startedAt) / 1000 }
}

const pythons = new Map<string, string>()
for (const peer of asked) {
  const python = await pythonOf(peer)
  if (python) pythons.set(peer, python)
}
const [anyPython] = pythons.values()
if (!anyPython) throw new Error('No peer could be installed, and the data are made by their Python')
const data = mkdtempSync(join(tmpdir(), 'lathe-search-data-'))
const workspace = mkdtempSync(join(tmpdir(), 'lathe-search-'))
const sides = ['lathe', ...pythons.keys()]
const ranks = new Map(sides.map(side => [side, [] as number[]]))
const table: object[] = []
try {
  await run(anyPython, [join(root, 'bench/search/data.py'), data])
  console.log(`data | ${sides.map(side => `${side}: loss (s)`).join(' | ')} | load`)
  for (const name of readdirSync(data).filter(each => only === null || only.includes(each))) {
    const folder = join(data, name)
    const outcomes: Outcome[] = []
    for (const side of sides) {
      const peer = [join(root, 'bench/search/peers.py'), side, folder, String(seconds), String(threads)]
      const outcome =
        side === 'lathe'
          ? ours(folder, workspace)
          : run(pythons.get(side)!, peer, { OMP_NUM_THREADS: String(threads) }).then(
              text => JSON.parse(text.trimEnd().split('\n').at(-1)!) as Outcome,
            )
      outcomes.push(
        await outcome.catch(error => {
          console.error(`${side} on ${name}: ${(error as Error).message}`)
          return { loss: Number.POSITIVE_INFINITY, seconds: Number.NaN }
        }),
      )
    }
    for (const [i, { loss }] of outcomes.entries()) {
      const below = outcomes.filter(other => other.loss < loss).length
      const equal = outcomes.filter(other => other.loss === loss).length
      ranks.get(sides[i]!)!.push(below + (equal + 1) / 2)
    }
    const cells = outcomes.map(each => `${each.loss.toPrecision(4)} (${each.seconds.toFixed(0)})`)
    console.log(`${name} | ${cells.join(' | ')} | ${loadavg()[0]!.toFixed(1)}`)
    table.push({ data: name, ...Object.fromEntries(outcomes.map((each, i) => [sides[i], each])) })
  }
  const means = sides.map(side => {
    const own = ranks.get(side)!
    return own.reduce((sum, rank) => sum + rank, 0) / own.length
  })
  console.log(`mean rank (bar 2.5, moonshot best) | ${means.map(mean => mean.toFixed(2)).join(' | ')} |`)
  table.push({ work: `search, ${seconds} s`, meanRank: Object.fromEntries(sides.map((side, i) => [side, means[i]])) })
  if (json) writeFileSync(json, `${table.map(line => JSON.stringify(line)).join('\n')}\n`)
} finally {
  await run(process.execPath, [join(root, 'out', 'cli.js'), 'stop'], { LATHE_WORKSPACE: workspace }).catch(() => {})
  for (const folder of [data, workspace]) rmSync(folder, { recursive: true, force: true })
}
