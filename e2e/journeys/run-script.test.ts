import { execFileSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ScriptResult } from '../../shared/contract/scripts.ts'
import type { Job } from '../../shared/model/job.ts'
import type { Comparison, Run, Series } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'
import { findPython, forConversion } from '../python.ts'

/** Scripts of the user's own: run as jobs, their models measured as ours are. */
const python = await findPython(forConversion)
const isWindows = process.platform === 'win32'
const onLinux = process.platform === 'linux'
const hasGit = succeeds('git', '--version')
const usualPython = isWindows ? 'python' : 'python3'
const hasPython = succeeds(usualPython, '--version')
const secret = 'tr0ub4dor-and-3'
let workspace: TestWorkspace

beforeAll(async () => {
  workspace = await TestWorkspace.make()
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
})
afterAll(() => workspace.close())

function succeeds(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function script(name: string, text: string): Promise<string> {
  const file = join(workspace.folder, name)
  await writeFile(file, text)
  return file
}

const fits = `
import json, os, sys
import pandas
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

assert sys.argv[1:] == ["--strength", "0.5"], sys.argv
assert os.environ["TOKEN"] and not os.environ.get("LATHE_WORKSPACE")
print("the token is", os.environ["TOKEN"])
target, out = os.environ["LATHE_TARGET"], os.environ["LATHE_OUTPUT"]
train = pandas.read_parquet(os.environ["LATHE_DATASET"])
validation = pandas.read_parquet(os.environ["LATHE_VALIDATION"])
x = train.drop(columns=[target]).astype("float32")
model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=1000)).fit(x.to_numpy(), train[target])
assert list(model.classes_) == json.loads(os.environ["LATHE_CLASSES"])
with open(os.path.join(out, "curves.jsonl"), "w") as curves:
    for step in range(5):
        print(json.dumps({"step": step, "loss": 1 / (step + 1)}), file=curves)
score = model.score(validation.drop(columns=[target]).astype("float32").to_numpy(), validation[target])
with open(os.path.join(out, "metrics.json"), "w") as file:
    json.dump({"accuracy": score, "rows": len(train) + len(validation), "loss": float("nan")}, file)
onnx = to_onnx(model, x.to_numpy()[:1], options={"zipmap": False}, target_opset={"": 17, "ai.onnx.ml": 3})
with open(os.path.join(out, "model.onnx"), "wb") as file:
    file.write(onnx.SerializeToString())
`

test.skipIf(python === null)(
  'a script of scikit-learn becomes a run that is measured here, and compared with ours on the same rows',
  async () => {
    const file = await script('fits.py', fits)
    const asked = ['--dataset', 'cells', '--python', python!.program, '--env', `TOKEN=${secret}`, '--seed', '3']
    const made = await workspace.json<ScriptResult>('run-script', file, ...asked, '--', '--strength', '0.5')
    const run = made.run!
    expect(run).toMatchObject({ status: 'done', algorithm: 'script', task: 'binary', target: 'diagnosis', seed: 3 })
    expect(run.metrics.auc).toBeGreaterThan(0.97)
    expect(run.script).toMatchObject({
      ...{ file, isPython: true, args: ['--strength', '0.5'], environment: ['TOKEN'], exitCode: 0 },
      version: expect.stringMatching(/^Python 3\./),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    // Its own numbers stand apart: it never had the test rows.
    expect(Object.keys(run.script!.reported)).toEqual(['accuracy', 'rows'])
    expect(run.script!.reported.rows).toBe(run.rows!.train + run.rows!.validation)
    expect(run.script!.reported.accuracy).toBeCloseTo(run.validationMetrics.accuracy!, 5)
    expect(run.warnings.join()).toContain('metrics.json: 1 values are no numbers (loss)')
    if (onLinux) {
      expect(run.script!.usage!.cpuSeconds).toBeGreaterThan(0.1)
      expect(run.script!.usage!.peakBytes).toBeGreaterThan(50e6)
    }
    const { curves } = await workspace.json<Run & { curves: Series[] }>('run', run.run)
    expect(curves).toEqual([{ key: 'loss', steps: [0, 1, 2, 3, 4], values: [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5] }])

    const ours = ['train', 'cells', '--target', 'diagnosis', '--seed', '3', '--algorithm', 'linear']
    const linear = await workspace.json<Run>(...ours)
    const compared = await workspace.json<Comparison>('compare', linear.run, run.run)
    expect(compared.rows).toBe(run.rows!.test)
    expect(compared.differences.find(({ metric }) => metric === 'auc')!.verdict).toBe('within noise')

    expect(await workspace.json('register', run.run, '--name', 'theirs')).toMatchObject({ model: 'theirs', version: 1 })
    expect(await workspace.failure('retrain', run.run)).toMatchObject({ code: 'unsupported' })
    await expectNowhere(secret)
  },
)

/** No file of the workspace but the command's own script holds it. */
async function expectNowhere(text: string): Promise<void> {
  const all = await readdir(workspace.folder, { recursive: true, withFileTypes: true })
  const files = all.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const holding: string[] = []
  for (const file of files) if ((await readFile(file)).includes(text)) holding.push(file)
  expect(holding).toEqual([])
}

test.skipIf(!hasPython)(
  'a plain Python script: what it lacks, how it failed, and that it never ended, are said',
  async () => {
    const at = (text: string) => script('fails.py', text)
    expect(await workspace.failure('run-script', await at('import no_such_package'))).toMatchObject({
      ...{ code: 'bad-file', message: expect.stringContaining("No module named 'no_such_package'") },
      mend: expect.stringContaining(`${usualPython} -m pip install no_such_package`),
    })
    const failed = await workspace.run(['run-script', await at('print("begun")\nraise SystemExit("it was the data")')])
    expect(failed.code).toBe(1)
    expect(failed.stderr).toContain('fails.py ended with code 1: it was the data')

    const hangs = 'import os, time\nos.fork() if hasattr(os, "fork") else None\ntime.sleep(600)'
    expect(await workspace.failure('run-script', await at(hangs), '--minutes', '0.05')).toMatchObject({
      ...{ code: 'interrupted', message: expect.stringContaining('had not ended after 0.05 minutes') },
      mend: expect.stringContaining('--minutes'),
    })
    const missing = await workspace.failure('run-script', await at(''), '--python', 'no-such-python')
    expect(missing).toMatchObject({ code: 'not-found', message: 'The Python "no-such-python" cannot be started' })
  },
)

test.skipIf(!hasPython)(
  'a run without a model is kept with what it reports, and a model that fits no row is not lost',
  async () => {
    const writes = (name: string, text: string) =>
      `import os\nopen(os.path.join(os.environ["LATHE_OUTPUT"], "${name}"), "w").write('${text}')`
    const file = await script('reports.py', writes('metrics.json', '{"auc": 0.999}'))
    const { run } = await workspace.json<ScriptResult>('run-script', file, '--dataset', 'cells')
    expect(run).toMatchObject({ status: 'done', metrics: {}, bundleDigest: null, script: { reported: { auc: 0.999 } } })
    expect(run!.warnings.join()).toContain('It wrote no model.onnx')
    expect(await workspace.failure('register', run!.run, '--name', 'never')).toMatchObject({ code: 'conflict' })

    const bad = await script('bad.py', writes('model.onnx', 'no model'))
    const failure = await workspace.failure('run-script', bad, '--dataset', 'cells')
    expect(failure).toMatchObject({ code: 'bad-file', message: expect.stringContaining('not an ONNX model') })
    const kept = /The file was kept: (.*model\.onnx)/.exec(failure.mend!)![1]!
    expect(await readFile(kept, 'utf8')).toBe('no model')
  },
)

/** As MLflow's client does it; an artifact is a file that the client copies to where the run keeps them. */
const tracks = `
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
const ask = async (path, body) => {
  const options = { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(process.env.MLFLOW_TRACKING_URI + '/api/2.0/mlflow/' + path, options)
  if (!response.ok) throw new Error(await response.text())
  return await response.json()
}
const { run } = await ask('runs/create', { experiment_id: '0', run_name: 'first', start_time: Date.now() })
const { run_id, artifact_uri } = run.info
await ask('runs/log-parameter', { run_id, key: 'depth', value: '3' })
for (let step = 1; step <= 3; step += 1)
  await ask('runs/log-metric', { run_id, key: 'loss', value: 1 / step, step, timestamp: Date.now() })
mkdirSync(fileURLToPath(artifact_uri), { recursive: true })
writeFileSync(new URL(artifact_uri + '/notes.txt'), 'kept')
await ask('runs/update', { run_id, status: 'FINISHED' })
`

test("what a script logs by MLflow's calls becomes its run's curve, number and parameter, and its artifacts stay", async () => {
  const file = await script('tracks.mjs', tracks)
  const asked = ['--command', process.execPath, '--dataset', 'cells']
  const { run } = await workspace.json<ScriptResult>('run-script', file, ...asked)
  expect(run!.script).toMatchObject({ reported: { loss: 1 / 3 }, logged: { depth: '3' } })
  const { curves } = await workspace.json<Run & { curves: Series[] }>('run', run!.run)
  expect(curves).toEqual([{ key: 'loss', steps: [1, 2, 3], values: [1, 1 / 2, 1 / 3] }])
  const kept = /Its MLflow artifacts lie in (\S+)/.exec(run!.warnings.join('\n'))![1]!
  const files = await readdir(kept, { recursive: true })
  expect(files.filter(each => each.endsWith('notes.txt'))).toHaveLength(1)
  expect((await workspace.run(['run', run!.run])).stdout).toContain('depth=3')
})

const logsFitted = `
import json, os, sys, urllib.request, urllib.parse, joblib, pandas
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
def ask(path, body):
    request = urllib.request.Request(os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/" + path, json.dumps(body).encode())
    return json.load(urllib.request.urlopen(request))
info = ask("runs/create", {"experiment_id": "0", "start_time": 0})["run"]["info"]
table = pandas.read_parquet(os.environ["LATHE_DATASET"])
answer = table.pop("diagnosis")
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(table, answer)
folder = urllib.parse.unquote(urllib.parse.urlparse(info["artifact_uri"]).path)
os.makedirs(folder, exist_ok=True)
joblib.dump(model if sys.argv[1] == "model" else {"no": "model"}, os.path.join(folder, "model.pkl"))
`

test.skipIf(python === null)(
  "a fitted estimator among MLflow's artifacts is converted by the script's own Python, and measured",
  async () => {
    const file = await script('logs-fitted.py', logsFitted)
    const asked = ['run-script', file, '--python', python!.program, '--dataset', 'cells', '--target', 'diagnosis', '--']
    const { run } = await workspace.json<ScriptResult>(...asked, 'model')
    expect(run!.metrics.auc).toBeGreaterThan(0.95)
    const explained = await workspace.json<{ importance: unknown[] }>('explain', run!.run)
    expect(explained.importance.length).toBeGreaterThan(5)
    const none = await workspace.json<ScriptResult>(...asked, 'none')
    expect(none.run!.metrics).toEqual({})
    expect(none.run!.warnings.join('\n')).toContain('The fitted model that it logged was not taken in: Cannot convert')
  },
)

test.skipIf(isWindows)('a shell script is run by a command, with its code version', async () => {
  const file = await script('fit.sh', 'echo "with $1 in $PWD"\necho \'{"loss": 0.5}\' > "$LATHE_OUTPUT/metrics.json"\n')
  const git = (...args: string[]) => execFileSync('git', ['-C', workspace.folder, ...args], { stdio: 'ignore' })
  if (hasGit) {
    git('init', '--quiet')
    git('add', 'fit.sh')
    git('-c', 'user.name=Test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--no-verify', '-m', 'A script')
  }
  const run = () => workspace.json<ScriptResult>('run-script', file, '--command', 'sh', '--', '40 trees')
  const first = await run()
  expect(first).toMatchObject({ run: null, script: { exitCode: 0, isPython: false, reported: { loss: 0.5 } } })
  if (hasGit) expect(first.script.commit).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{40}$/), isDirty: false })
  await writeFile(file, 'exit 0\n')
  const second = await run()
  expect(second.script.sha256).not.toBe(first.script.sha256)
  if (hasGit) expect(second.script.commit).toEqual({ ...first.script.commit, isDirty: true })

  const itself = await workspace.failure('run-script', file)
  expect(itself).toMatchObject({ code: 'not-found', mend: expect.stringContaining('--command PROGRAM') })
})

/** Forks into its own group and into others, and none of it ever ends. */
const forks = `
import os, time
def stay():
    with open("pids", "a") as file:
        file.write(f"{os.getpid()}\\n")
    time.sleep(600)
for i in range(4):
    if os.fork() == 0:
        if i % 2:
            os.setsid()
        if os.fork() == 0:
            stay()
        stay()
stay()
`

test.skipIf(!onLinux || !hasPython)('a cancel ends a script with all that it forked', async () => {
  const file = await script('forks.py', forks)
  const running = workspace.run(['run-script', file, '--folder', workspace.folder])
  const pids = await vi.waitFor(
    async () => {
      const lines = (await readFile(join(workspace.folder, 'pids'), 'utf8')).trim().split('\n')
      expect(lines).toHaveLength(9)
      return lines
    },
    { timeout: 60_000, interval: 200 },
  )
  const { jobs } = await workspace.json<{ jobs: Job[] }>('jobs', '--kind', 'script')
  expect(await workspace.json('cancel', jobs[0]!.job)).toMatchObject({ status: 'cancelled' })
  expect((await running).stderr).toContain('cancelled')
  // A number may have been given to another program since; what is only to be buried does not run.
  const isRunning = async (pid: string) => {
    const [command, status] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''),
    ])
    return command.includes('forks.py') && !/^State:\s+Z/m.test(status)
  }
  await vi.waitFor(async () => {
    for (const pid of pids) expect(await isRunning(pid), pid).toBe(false)
  }, 20_000)
})
