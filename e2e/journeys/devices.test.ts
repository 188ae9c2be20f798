import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gpuWheel, writeZip } from '../../electron/engine/workspace/testing/packages.ts'
import type { Run } from '../../shared/model/run.ts'
import type { CudaSetup, Doctor } from '../../shared/model/workspace.ts'
import { samples, TestWorkspace } from '../lathe.ts'

/** The libraries are made up: they are put in place and tried, and cannot work. */
const canHaveCuda = process.platform === 'linux' && process.arch === 'x64'
let workspace: TestWorkspace
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-cuda-'))
  workspace = await TestWorkspace.make()
  workspace.env = { LATHE_LIBRARIES: join(folder, 'libraries') }
})
afterAll(async () => {
  await workspace.close()
  await rm(folder, { recursive: true, force: true })
})

const cudaOf = ({ devices }: Doctor) => devices.find(({ device }) => device === 'cuda')!

test.runIf(canHaveCuda)('CUDA is set up from a file, tried, told by doctor, and removed', async () => {
  expect(cudaOf(await workspace.json<Doctor>('doctor')).detail).toMatch(/not set up/)
  const wheel = await writeZip(join(folder, 'gpu.whl'), gpuWheel())
  for (const _twice of [1, 2]) {
    const { libraries, device } = await workspace.json<CudaSetup>('setup', 'cuda', '--from', wheel)
    expect(libraries.files.map(({ from }) => from)).toEqual(['gpu.whl', 'gpu.whl'])
    expect(device).toMatchObject({ device: 'cuda', available: false })
  }
  const doctor = await workspace.json<Doctor>('doctor')
  expect(cudaOf(doctor).detail).not.toMatch(/not set up/)
  expect(doctor.checks.find(({ id }) => id === 'cuda')).toMatchObject({ ok: false, optional: true })
  expect(doctor.devices.find(({ device }) => device === 'cpu')!.available).toBe(true)
  expect(await workspace.json('setup', 'cuda', '--remove')).toEqual({ removed: true })
  expect(cudaOf(await workspace.json<Doctor>('doctor')).detail).toMatch(/not set up/)
})

test.runIf(canHaveCuda)(
  'another version, a file that is not there, and a closed network are told with the mend',
  async () => {
    const wheel = await writeZip(join(folder, 'old.whl'), gpuWheel('1.2.3'))
    expect(await workspace.failure('setup', 'cuda', '--from', wheel)).toMatchObject({
      code: 'bad-file',
      message: expect.stringMatching(/old\.whl is of onnxruntime 1\.2\.3; this Lathe has \d/),
    })
    expect((await workspace.failure('setup', 'cuda', '--from', join(folder, 'none.whl'))).code).toBe('not-found')
    await workspace.json('airgap', 'on')
    expect(await workspace.failure('setup', 'cuda')).toMatchObject({
      code: 'air-gapped',
      mend: expect.stringContaining('lathe setup cuda --from FILE'),
    })
  },
)

test('a device that is not here is told wherever it was named, and the CPU does the work', async () => {
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  const { run } = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
  await workspace.json('register', run, '--name', 'cells-model')
  const absent = process.platform === 'darwin' ? 'dml' : 'coreml'
  const named = ['--device', absent]
  const warning = expect.stringMatching(new RegExp(`^${absent} is not used: .+ The CPU is used\\.$`))
  const expected = { device: 'cpu', warnings: [warning] }
  const out = join(folder, 'answers.csv')
  const file = join(samples, 'breast-cancer.csv')
  expect(await workspace.json('evaluate', 'cells-model', 'cells', ...named)).toMatchObject(expected)
  expect(await workspace.json('predict', 'cells-model', file, '--out', out, ...named)).toMatchObject(expected)
  expect(await workspace.json('explain', run, '--rows', '50', ...named)).toMatchObject(expected)
  expect(await workspace.json('examine', run, '--rows', '50', ...named)).toMatchObject(expected)
  expect(await workspace.json('evaluate', 'cells-model', 'cells')).toMatchObject({ device: 'cpu', warnings: [] })
}, 400_000)

test('mixed precision on a device without float16 is refused before anything is read, with the mend', async () => {
  const asked = [
    'train',
    'cells',
    '--target',
    'diagnosis',
    '--algorithm',
    'neural-network',
    '--param',
    'precision=mixed',
  ]
  expect(await workspace.failure(...asked, '--device', 'cpu')).toMatchObject({
    code: 'device-unavailable',
    message: expect.stringContaining('float16 (cpu: float16 is computed in float32 there'),
    mend: expect.stringMatching(/[Ss]et precision to float32/),
  })
}, 400_000)

test('there is nothing else to set up', async () => {
  expect((await workspace.failure('setup', 'rocm')).code).toBe('bad-input')
})
