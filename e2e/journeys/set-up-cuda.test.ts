import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gpuWheel, writeZip } from '../../electron/engine/workspace/testing/packages.ts'
import type { CudaSetup, Doctor } from '../../shared/model/workspace.ts'
import { TestWorkspace } from '../lathe.ts'

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

test('there is nothing else to set up', async () => {
  expect((await workspace.failure('setup', 'rocm')).code).toBe('bad-input')
})
