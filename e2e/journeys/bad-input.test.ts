import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatasetSummary, DatasetVersion } from '../../shared/model/dataset.ts'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { ModelVersion } from '../../shared/model/model.ts'
import type { Run } from '../../shared/model/run.ts'
import type { Doctor } from '../../shared/model/workspace.ts'
import { samples, TestWorkspace } from '../lathe.ts'

/** What a person gives by mistake, through the command line: the code, the place in the message, and that nothing is left half-way. */
let workspace: TestWorkspace
let files: string

beforeAll(async () => {
  workspace = await TestWorkspace.make()
  files = await mkdtemp(join(tmpdir(), 'lathe-bad-'))
})
afterAll(async () => {
  const doctor = await workspace.json<Doctor>('doctor')
  expect(doctor.checks.filter(check => !check.ok && !check.optional)).toEqual([])
  await workspace.close()
  await rm(files, { recursive: true, force: true })
})

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(files, name)
  await writeFile(path, content)
  return path
}

const rows = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i)).join('\n')

test.each<[string, string | Buffer, string, string]>([
  ['an empty file', '', 'bad-file', 'bad.csv is empty'],
  [
    'a ragged row',
    `a,b\n${rows(300, i => (i === 250 ? '1,2,3' : '1,2'))}\n`,
    'bad-file',
    'row 252 has 3 fields, the header has 2',
  ],
  ['a binary file', Buffer.from([0x4d, 0x5a, 0, 0, 1, 10, 0, 3]), 'bad-file', 'bad.csv is no text file'],
  ['a header with a name twice', 'a,b,a\n1,2,3\n', 'bad-file', 'columns 1, 3'],
  ['a header with no name', 'a,,c\n1,2,3\n', 'bad-file', 'no name for column 2'],
])('import refuses %s', async (_name, content, code, message) => {
  const error = await workspace.failure('import', await file('bad.csv', content), '--name', 'bad')
  expect(error).toMatchObject({ code, message: expect.stringContaining(message), mend: expect.any(String) })
  const { datasets } = await workspace.json<{ datasets: DatasetSummary[] }>('datasets')
  expect(datasets.map(each => each.dataset)).not.toContain('bad')
})

test('a header with a name twice is imported by the flag that its error names', async () => {
  const path = await file('twice.csv', 'a,b,a\n1,2,3\n')
  const { mend } = await workspace.failure('import', path, '--name', 'twice')
  expect(mend).toContain('--number-repeated')
  const { columns } = await workspace.json<DatasetVersion>('import', path, '--name', 'twice', '--number-repeated')
  expect(columns.map(({ name }) => name)).toEqual(['a', 'b', 'a_1'])
})

test('rows above a header are left out, found or told alike; a flag that leaves nothing is refused', async () => {
  const path = await file('titled.csv', 'Sales of 2025\n\ncity,items\nUlm,3\nOst,4\n')
  const version = await workspace.json<DatasetVersion>('import', path, '--name', 'titled')
  expect(version).toMatchObject({ rows: 2, readOptions: { skip: 2 }, warnings: [{ kind: 'rows-left-out' }] })
  expect(version.columns.map(({ name }) => name)).toEqual(['city', 'items'])
  expect(await workspace.json('import', path, '--name', 'titled', '--skip', '1')).toMatchObject({ version: 1 })
  const error = await workspace.failure('import', path, '--name', 'none', '--skip', '9')
  expect(error).toMatchObject({ code: 'bad-input', message: expect.stringContaining('titled.csv has 5 rows') })
  expect((await workspace.run(['import', path, '--name', 'none', '--skip', 'two'])).code).toBe(2)
})

test('a file that is not there, a target that is not in it', async () => {
  expect(await workspace.failure('import', join(files, 'none.csv'), '--name', 'none')).toMatchObject({
    code: 'not-found',
  })
  const path = await file('ab.csv', 'alpha,beta\n1,2\n')
  expect(await workspace.failure('import', path, '--name', 'ab', '--target', 'alhpa')).toMatchObject({
    code: 'bad-input',
    mend: expect.stringContaining('alpha'),
  })
  await workspace.json('import', path, '--name', 'ab')
  expect(await workspace.failure('dataset', 'ab:9')).toMatchObject({
    code: 'not-found',
    message: 'The dataset "ab" has no version 9',
    mend: 'Its newest version is 1.',
  })
})

test.each([
  ['one value', 'same', 'The target "same" is "x" in every row'],
  ['nothing', 'empty', 'The target "empty" is missing in all 60 rows'],
  ['a class of one row', 'rare', 'The class "b" has one row'],
])('training refuses a target of %s', async (_name, target, message) => {
  const path = await file('targets.csv', `n,same,empty,rare\n${rows(60, i => `${i},x,,${i === 7 ? 'b' : 'a'}`)}\n`)
  await workspace.json('import', path, '--name', 'targets')
  const error = await workspace.failure('train', 'targets', '--target', target, '--algorithm', 'linear')
  expect(error).toMatchObject({ code: 'bad-data', message: expect.stringContaining(message), mend: expect.any(String) })
  const { runs } = await workspace.json<{ runs: Run[] }>('runs', '--filter', `target = '${target}'`)
  expect(runs[0]).toMatchObject({ status: 'failed', bundleDigest: null, error: { code: 'bad-data' } })
})

test('a column of NaN and infinite values are told, left out or learned around, and the model answers', async () => {
  const row = (i: number) => `${i % 9 === 0 ? 'inf' : Math.sin(i).toFixed(4)},NaN,${Math.sin(i) > 0 ? 'up' : 'down'}`
  const path = await file('nan.csv', `wave,nan,way\n${rows(300, row)}\n`)
  const data = await workspace.json<DatasetVersion>('import', path, '--name', 'nan')
  const kinds = data.warnings.map(({ kind, column }) => `${kind} ${column}`)
  expect(kinds).toEqual(expect.arrayContaining(['infinite-values wave', 'all-missing nan']))
  for (const algorithm of ['linear', 'gradient-boosting', 'neural-network']) {
    const run = await workspace.json<Run>(
      'train',
      'nan',
      '--target',
      'way',
      '--algorithm',
      algorithm,
      '--device',
      'cpu',
    )
    expect(run.metrics.auc).toBeGreaterThan(0.85)
    expect(run.warnings).toContain('The column "nan" is left out: it is missing in all training rows')
  }
})

test('names with quotes, emoji, SQL and markup go the whole way', async () => {
  const names = ['a "quoted" one', '🙂', "x'); DROP TABLE runs; --", '<script>alert(1)</script>']
  const header = [...names, 'the target'].map(name => `"${name.replaceAll('"', '""')}"`).join(',')
  const row = (i: number) =>
    `${i % 7},${(i * 3) % 5},${i % 3},"<b>${i % 2}</b>",${(i % 7) + (i % 3) > 4 ? "o'k" : '"n""o"'}`
  const path = await file('names.csv', `${header}\n${rows(200, row)}\n`)
  const name = "<script>'); DROP TABLE models; -- 🙂"
  await workspace.json('import', path, '--name', name.replaceAll('/', ''))
  const run = await workspace.json<Run>('train', name, '--target', 'the target', '--algorithm', 'gradient-boosting')
  expect(run.classes).toEqual(['n"o', "o'k"])
  await workspace.json('register', run.run, '--name', name)
  const out = join(files, 'names-out.csv')
  await workspace.json('predict', name, path, '--out', out)
  expect((await stat(out)).size).toBeGreaterThan(1000)
  const { models } = await workspace.json<{ models: ModelVersion[] }>('models')
  expect(models.map(each => each.model)).toContain(name)
})

test('a taken port and an unknown context are refused by name', async () => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  const run = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
  await workspace.json('register', run.run, '--name', 'cells')
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const deploy = (name: string, ...where: string[]) => workspace.failure('deploy', 'cells', '--name', name, ...where)
  const error = await deploy('bad-service', '--target', 'local', '--port', String(port))
  other.close()
  expect(error).toMatchObject({ code: 'port-taken', message: expect.stringContaining(String(port)) })
  const cluster = ['--target', 'kubernetes', '--context', 'nowhere', '--image', 'r.io/m:1']
  const unknown = await deploy('bad-cluster', ...cluster)
  expect(unknown.message).toContain('nowhere')
  // What failed is taken away before its name goes elsewhere.
  const moved = await deploy('bad-service', ...cluster)
  expect(moved).toMatchObject({ code: 'already-exists', mend: expect.stringContaining('lathe undeploy bad-service') })
  // The one that began is there with its error; the other never began.
  const { deployments } = await workspace.json<{ deployments: Deployment[] }>('deployments')
  expect(deployments.map(({ status, error }) => [status, error?.code])).toEqual([['failed', 'port-taken']])
})

test('a bundle file that was changed on disk is refused by its digest', async () => {
  const own = await TestWorkspace.make()
  await own.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  const run = await own.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
  await own.json('register', run.run, '--name', 'cells')
  const store = join(own.folder, 'store')
  for (const folder of await readdir(store)) {
    for (const name of await readdir(join(store, folder))) {
      const path = join(store, folder, name)
      const handle = await open(path, 'r')
      const { buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0)
      await handle.close()
      // An ONNX file names its producer at its beginning.
      if (!buffer.includes('lathe')) continue
      chmodSync(path, 0o644)
      const changed = await open(path, 'r+')
      await changed.write(Buffer.from('XX'), 0, 2, 100)
      await changed.close()
    }
  }
  const out = join(files, 'never.csv')
  const error = await own.failure('predict', 'cells', join(samples, 'breast-cancer.csv'), '--out', out)
  expect(error).toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining('model.onnx') })
  expect(existsSync(out)).toBe(false)
  await own.close()
})

test('a registry that is damaged offers the newest good backup, and keeps the bad file', async () => {
  const own = await TestWorkspace.make()
  await own.json('import', join(samples, 'diabetes.csv'), '--name', 'kept')
  await own.json('backup')
  await own.run(['stop'])
  const registry = join(own.folder, 'registry.sqlite')
  await writeFile(registry, 'this is no database, but it was one once')
  const error = await own.failure('datasets')
  expect(error).toMatchObject({ code: 'registry-corrupt', mend: expect.stringContaining('lathe restore') })
  const restored = await own.json<{ kept: string }>('restore')
  expect(existsSync(join(own.folder, restored.kept)) || existsSync(restored.kept)).toBe(true)
  const { datasets } = await own.json<{ datasets: DatasetSummary[] }>('datasets')
  expect(datasets.map(each => each.dataset)).toEqual(['kept'])
  await own.close()
})

test('a workspace of a newer version is refused untouched', async () => {
  const own = await TestWorkspace.make()
  await own.json('datasets')
  await own.run(['stop'])
  const database = new BetterSqlite3(join(own.folder, 'registry.sqlite'))
  database.pragma('user_version = 9999')
  database.close()
  expect(await own.failure('datasets')).toMatchObject({ code: 'workspace-too-new', mend: expect.any(String) })
  await own.close()
})

/** A file system of its own, where the test may mount one. */
function mount(options: string): string | null {
  const folder = execFileSync('mktemp', ['-d']).toString().trim()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    return null
  }
}
const canMount = (() => {
  const folder = process.platform === 'linux' ? mount('size=1m') : null
  if (folder) execFileSync('umount', [folder])
  return folder !== null
})()

test.runIf(canMount)('a disk that is full while importing: said, nothing kept, and the registry is sound', async () => {
  const folder = mount('size=8m')!
  const own = new TestWorkspace(join(folder, 'workspace'))
  try {
    await own.json('import', join(samples, 'diabetes.csv'), '--name', 'small')
    const noise = (i: number) => `${Math.sin(i) * 1e9},${Math.cos(i) * 1e9},${Math.tan(i)},t${Math.sqrt(i)}`
    const large = await file('large.csv', `a,b,c,d\n${rows(600_000, noise)}\n`)
    expect(await own.failure('import', large, '--name', 'large')).toMatchObject({ code: 'disk-full' })
    const { datasets } = await own.json<{ datasets: DatasetSummary[] }>('datasets')
    expect(datasets.map(each => each.dataset)).toEqual(['small'])
    // It ends with 1 here, for want of space.
    const doctor = JSON.parse((await own.run(['doctor', '--json'])).stdout) as Doctor
    expect(doctor.checks.filter(check => ['registry', 'store', 'leftovers'].includes(check.id) && !check.ok)).toEqual(
      [],
    )
  } finally {
    await own.run(['stop'])
    execFileSync('umount', [folder])
  }
})

test.runIf(canMount)('a workspace that cannot be written to says so', async () => {
  const folder = mount('size=24m')!
  mkdirSync(join(folder, 'workspace'))
  execFileSync('mount', ['-o', 'remount,ro', folder])
  const own = new TestWorkspace(join(folder, 'workspace'))
  try {
    expect(await own.failure('datasets')).toMatchObject({
      code: 'workspace-read-only',
      message: expect.stringContaining('workspace'),
      mend: expect.any(String),
    })
  } finally {
    execFileSync('umount', [folder])
  }
})

test('an engine of Docker that is not there is named, with what works without it', async () => {
  const own = await TestWorkspace.make()
  own.env = { DOCKER_HOST: `unix://${join(files, 'no.sock')}` }
  await own.json('import', join(samples, 'diabetes.csv'), '--name', 'd')
  const run = await own.json<Run>('train', 'd', '--target', 'progression', '--algorithm', 'baseline')
  await own.json('register', run.run, '--name', 'd')
  const error = await own.failure('package', 'd', '--engine', 'docker')
  expect(error).toMatchObject({ code: 'docker-unavailable', message: expect.stringContaining('no.sock') })
  expect(error.mend).toContain('--engine oci')
  // What its message says is not said again as its cause.
  expect((await own.run(['package', 'd', '--engine', 'docker'])).stderr).not.toContain('because:')
  await own.close()
})
