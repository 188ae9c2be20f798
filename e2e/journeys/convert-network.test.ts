import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Evaluation } from '../../shared/model/model.ts'
import type { Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'
import { findPython, forConversion, forNetworks } from '../python.ts'

/**
 * Networks of PyTorch and Keras become ONNX in a Python that has them. Their libraries are too large to fetch unasked: `LATHE_TORCH_PYTHON`
 * names an interpreter with torch, onnx, onnxscript, pandas and, for the last part, keras; where every part has to be up one is made.
 */
const python =
  process.env.LATHE_TORCH_PYTHON ??
  (process.env.LATHE_REQUIRE_PARTS ? ((await findPython(forNetworks))?.program ?? null) : null)
const withoutTorch = await findPython(forConversion)
let workspace: TestWorkspace

beforeAll(async () => {
  workspace = await TestWorkspace.make()
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
})
afterAll(() => workspace.close())

const at = (name: string) => join(workspace.folder, name)

/** Fits a network, and saves it in every way; a script, so that its score is known. */
const fits = `
import json, os, sys
os.environ["KERAS_BACKEND"] = "torch"
import pandas, torch

folder = sys.argv[1]
path = lambda name: os.path.join(folder, name)
table = pandas.read_csv(sys.argv[2])
labels = sorted(table["diagnosis"].unique())
truth = torch.tensor([labels.index(label) for label in table.pop("diagnosis")])
x = torch.tensor(table.to_numpy(), dtype=torch.float32)
torch.manual_seed(0)
core = torch.nn.Sequential(torch.nn.BatchNorm1d(x.shape[1]), torch.nn.Linear(x.shape[1], 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
optimizer = torch.optim.Adam(core.parameters(), 0.01)
for _ in range(100):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(core(x), truth).backward()
    optimizer.step()
core.eval()
net = torch.nn.Sequential(core, torch.nn.Softmax(1))
rows = ({0: torch.export.Dim("rows")},)
torch.export.save(torch.export.export(net, (x,), dynamic_shapes=rows), path("net.pt2"))
torch.export.save(torch.export.export(net, (x[:8],)), path("fixed.pt2"))
torch.jit.save(torch.jit.trace(net, x), path("traced.pt"))
torch.save(net, path("whole.pt"))
torch.save(net.state_dict(), path("weights.pt"))
torch.save(core, path("scores.pt"))

class Wave(torch.nn.Module):
    def forward(self, x):
        return torch.special.bessel_j0(x)

odd = torch.nn.Sequential(core, Wave(), torch.nn.Softmax(1))
torch.export.save(torch.export.export(odd, (x,), dynamic_shapes=rows), path("odd.pt2"))
try:
    import keras

    second = keras.Sequential([keras.layers.Input((x.shape[1],)), keras.layers.BatchNormalization(), keras.layers.Dense(1, activation="sigmoid")])
    second.compile("adam", "binary_crossentropy")
    second.fit(x.numpy(), truth.numpy(), epochs=20, verbose=0)
    second.save(path("second.keras"))
    has_keras = True
except ModuleNotFoundError:
    has_keras = False
with torch.no_grad():
    accuracy = (net(x).argmax(1) == truth).float().mean().item()
with open(os.path.join(os.environ["LATHE_OUTPUT"], "metrics.json"), "w") as file:
    json.dump({"accuracy": accuracy, "keras": int(has_keras)}, file)
`

test.skipIf(python === null)(
  'networks of PyTorch and Keras answer here as they did there, and what cannot be converted is named',
  async () => {
    await writeFile(at('fits.py'), fits)
    const data = join(samples, 'breast-cancer.csv')
    const asked = ['run-script', at('fits.py'), '--python', python!, '--', workspace.folder, data]
    const { reported } = (await workspace.json<{ script: { reported: Record<string, number> } }>(...asked)).script
    const like = ['--python', python!, '--dataset', 'cells', '--target', 'diagnosis']
    const convert = (file: string, name: string) => ['import-model', at(file), '--name', name, ...like]
    for (const file of ['net.pt2', 'traced.pt', 'whole.pt']) {
      const name = file.replace('.', '-')
      expect(await workspace.json(...convert(file, name)), file).toMatchObject({ task: 'binary' })
      const evaluation = await workspace.json<Evaluation>('evaluate', name, 'cells')
      expect(evaluation.metrics.accuracy, file).toBeCloseTo(reported.accuracy!, 6)
    }
    const linear = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
    const beside = await workspace.json<Evaluation>('evaluate', 'net-pt2', '--against', linear.run)
    expect(beside.rows).toBe(linear.rows!.test)

    const refusals = {
      'odd.pt2': /its step "1" \(.*Wave\) uses .*bessel_j0, which has no way into ONNX/,
      'fixed.pt2': /it was exported for exactly 8 rows at a time/,
      'weights.pt': /it holds the weights of a model \(\d+ tensors\) without its code/,
      'scores.pt': /it answers with 2 numbers a row that are no probabilities/,
    }
    for (const [file, message] of Object.entries(refusals)) {
      const refusal = { code: 'bad-file', message: expect.stringMatching(message), mend: expect.any(String) }
      expect(await workspace.failure(...convert(file, 'never')), file).toMatchObject(refusal)
    }
    if (!reported.keras) return
    expect(await workspace.json(...convert('second.keras', 'second'))).toMatchObject({ task: 'binary' })
    const { metrics } = await workspace.json<Evaluation>('evaluate', 'second', 'cells')
    expect(metrics.auc).toBeGreaterThan(0.9)
  },
  600_000,
)

test.skipIf(withoutTorch === null)('a Python without the library is told what it lacks', async () => {
  for (const [file, library] of [
    ['net.pt2', 'torch'],
    ['net.keras', 'keras'],
  ] as const) {
    await writeFile(at(file), 'not looked at')
    const asked = ['import-model', at(file), '--name', 'never']
    expect(await workspace.failure(...asked)).toMatchObject({ code: 'bad-input' })
    expect(await workspace.failure(...asked, '--python', withoutTorch!.program)).toMatchObject({
      ...{ code: 'bad-file', message: expect.stringContaining(`has no ${library}`) },
      mend: expect.stringContaining(`-m pip install ${library}`),
    })
  }
})
