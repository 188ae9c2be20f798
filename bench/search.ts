import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * `npm run bench search [--seconds N] [--one-core] [--only A,B] [--peers A,B] [--json FILE]`: the search beside FLAML, AutoGluon and Optuna with
 * LightGBM: the loss on held-out rows after so many seconds on the same cores (1 − AUC, log-loss, RMSE), over 12 data sets, and the mean rank.
 * All get the same training rows and split them by themselves. With `--one-core` each side is held to one core (by `taskset`), and as many run at
 * a time as there are cores; without it each has all of them in its turn. The peers are installed into `.cache/bench-search`, which wants Python
 * 3 and a package index; one that cannot be installed is left out, and that is said. The JSON is written after each data set.
 */
const packages: Record<string, string[]> = {
  flaml: ['flaml[automl]', 'scikit-learn', 'pandas'],
  autogluon: ['autogluon.tabular[lightgbm,xgboost,catboost,fastai]'],
  optuna: ['optuna', 'lightgbm==4.7.0', 'scikit-learn', 'pandas'],
}
const dataPackages = ['scikit-learn==1.9.1', 'pandas==3.1.1', 'statsmodels==0.15.0']
const root = join(import.meta.dirname, '..')
const flagValue = (flag: string) => {
  const at = process.argv.indexOf(flag)
  return at > 0 ? process.argv[at + 1] : undefined
}
const seconds = Number(flagValue('--seconds') ?? 60)
const only = flagValue('--only')?.split(',') ?? null
const asked = flagValue('--peers')?.split(',') ?? Object.keys(packages)
const json = flagValue('--json')
const isOneCore = process.argv.includes('--one-core')
/** Each runs one side at a time; null: on all cores. */
const cores = isOneCore ? allowedCores() : [null]
const threads = isOneCore ? 1 : availableParallelism()

/** Cores that this process may use. */
function allowedCores(): number[] {
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]!
  return list.split(',').flatMap(range => {
    const [from, to = from] = range.split('-').map(Number) as [number, number?]
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  })
}

interface Outcome {
  loss: number
  seconds: number
}

/** `core`: the one it and what it starts are held to; null for none. */
function run(
  program: string,
  args: string[],
  { core = null, env = {} }: { core?: number | null; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const command = core === null ? [program, ...args] : ['taskset', '-c', String(core), program, ...args]
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
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

/** The Python of a peer, or of the data, that is here or can be installed. */
async function pythonOf(name: string, wanted: string[]): Promise<string | null> {
  const folder = join(root, '.cache', 'bench-search', name)
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const stamp = join(folder, '.peers')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted.join()) return python
  console.error(`Installing ${wanted.join(', ')}…`)
  try {
    await run('python3', ['-m', 'venv', folder])
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted])
    writeFileSync(stamp, wanted.join())
    return python
  } catch (error) {
    console.error(`${name} is left out: ${(error as Error).message}`)
    return null
  }
}

/** The window's button, by the command line, in a workspace of its own: training and test rows in one file, with a column that says which are which. */
async function ours(folder: string, core: number | null): Promise<Outcome> {
  const rows = (name: string) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
  const [train, test] = [rows('train.csv'), rows('test.csv')]
  const lines = [
    `${train[0]},part`,
    ...train.slice(1).map(line => `${line},train`),
    ...test.slice(1).map(line => `${line},test`),
  ]
  const file = join(folder, 'all.csv')
  writeFileSync(file, lines.join('\n'))
  const workspace = mkdtempSync(join(tmpdir(), 'lathe-search-'))
  const lathe = (...args: string[]) =>
    run(process.execPath, [join(root, 'out', 'cli.js'), ...args], { core, env: { LATHE_WORKSPACE: workspace } })
  try {
    await lathe('import', file, '--name', 'set')
    const budget = ['--minutes', String(seconds / 60), '--seed', '1']
    const answer = await lathe('search', 'set', '--target', 'target', '--split', 'part', ...budget, '--json')
    const { winner, metric, startedAt, endedAt } = JSON.parse(answer)
    const value = winner.metrics[metric]
    return { loss: metric === 'auc' ? 1 - value : value, seconds: (endedAt - startedAt) / 1000 }
  } finally {
    await lathe('stop').catch(() => {})
    rmSync(workspace, { recursive: true, force: true })
  }
}

async function peer(side: string, folder: string, core: number | null): Promise<Outcome> {
  const args = [join(root, 'bench/search/peers.py'), side, folder, String(seconds), String(threads)]
  const text = await run(pythons.get(side)!, args, { core, env: { OMP_NUM_THREADS: String(threads) } })
  return JSON.parse(text.trimEnd().split('\n').at(-1)!) as Outcome
}

async function outcomeOf(side: string, name: string, core: number | null): Promise<Outcome> {
  const folder = join(data, name)
  const outcome = await (side === 'lathe' ? ours(folder, core) : peer(side, folder, core)).catch(error => {
    console.error(`${side} on ${name}: ${(error as Error).message}`)
    return { loss: Number.POSITIVE_INFINITY, seconds: Number.NaN }
  })
  const at = new Date().toISOString().slice(11, 19)
  console.error(`${at} ${side} on ${name}: ${outcome.loss.toPrecision(4)} after ${outcome.seconds.toFixed(1)} s`)
  return outcome
}

/** Of each side its place among all; equal ones share the mean of theirs. */
function ranksOf(outcomes: readonly Outcome[]): number[] {
  return outcomes.map(({ loss }) => {
    const below = outcomes.filter(other => other.loss < loss).length
    return below + (outcomes.filter(other => other.loss === loss).length + 1) / 2
  })
}

const pythons = new Map<string, string>()
for (const name of asked) {
  const python = await pythonOf(name, packages[name]!)
  if (python) pythons.set(name, python)
}
const dataPython = await pythonOf('data', dataPackages)
if (!dataPython) throw new Error('The data are made by Python, and what that needs could not be installed')
const data = mkdtempSync(join(tmpdir(), 'lathe-search-data-'))
const sides = ['lathe', ...pythons.keys()]
const done = new Map<string, Outcome[]>()

function told(name: string): void {
  const outcomes = done.get(name)!
  const cells = outcomes.map(each => `${each.loss.toPrecision(4)} (${each.seconds.toFixed(0)})`)
  console.log(`${name} | ${cells.join(' | ')} | ${loadavg()[0]!.toFixed(1)}`)
  if (json)
    writeFileSync(
      json,
      `${summary()
        .map(line => JSON.stringify(line))
        .join('\n')}\n`,
    )
}

/** A line for each data set that every side is done with, and the mean ranks over them. */
function summary(): object[] {
  const whole = [...done].filter(([, outcomes]) => Object.keys(outcomes).length === sides.length)
  const ranks = whole.map(([, outcomes]) => ranksOf(outcomes))
  const means = sides.map((_, i) => ranks.reduce((sum, each) => sum + each[i]!, 0) / ranks.length)
  const named = <Value>(values: readonly Value[]) => Object.fromEntries(sides.map((side, i) => [side, values[i]!]))
  return [
    ...whole.map(([name, outcomes], i) => ({ data: name, ...named(outcomes), ranks: named(ranks[i]!) })),
    { work: `search, ${seconds} s${isOneCore ? ' on one core' : ''}`, sets: whole.length, meanRank: named(means) },
  ]
}

try {
  await run(dataPython, [join(root, 'bench/search/data.py'), data])
  console.log(`data | ${sides.map(side => `${side}: loss (s)`).join(' | ')} | load`)
  const names = readdirSync(data).filter(each => only === null || only.includes(each))
  const waiting = names.flatMap(name => sides.map((side, place) => ({ name, side, place })))
  await Promise.all(
    cores.map(async core => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { name, side, place } = next
        const outcome = await outcomeOf(side, name, core)
        const outcomes = done.get(name) ?? []
        done.set(name, outcomes)
        outcomes[place] = outcome
        if (Object.keys(outcomes).length === sides.length) told(name)
      }
    }),
  )
  const { meanRank } = summary().at(-1) as { meanRank: Record<string, number> }
  console.log(`mean rank (bar 2.5, moonshot best) | ${sides.map(side => meanRank[side]!.toFixed(2)).join(' | ')} |`)
} finally {
  rmSync(data, { recursive: true, force: true })
}
