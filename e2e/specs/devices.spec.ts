import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gpuWheel, writeZip } from '../../electron/engine/workspace/testing/packages.ts'
import type { Doctor } from '../../shared/model/workspace.ts'
import { WorkbenchPage } from '../pages/workbench-page.ts'
import { expect, test } from '../runners/index.ts'

const pictures = process.env.LATHE_PICTURES
const canHaveCuda = process.platform === 'linux' && process.arch === 'x64'
let folder: string

test.beforeEach(async ({ workspace }) => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-devices-'))
  workspace.env = { LATHE_LIBRARIES: join(folder, 'libraries') }
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

test('the status bar opens the devices, and CUDA is set up from a file and removed there', async ({
  workspace,
  page,
}) => {
  const workbench = new WorkbenchPage(page)
  await workbench.open(await workspace.url())
  await page
    .getByRole('contentinfo')
    .getByRole('button', { name: /^device: \w+$/ })
    .press('Enter')
  const drawer = page.getByRole('dialog', { name: 'Devices', exact: true })
  const table = drawer.getByRole('region', { name: 'Devices: table', exact: true })
  const cpu = table.getByRole('row').filter({ has: page.getByRole('cell', { name: 'cpu', exact: true }) })
  await expect(cpu).toContainText('ready')
  await expect(cpu).toContainText(/\d GB/)
  if (canHaveCuda) {
    const cuda = drawer.getByRole('region', { name: 'CUDA', exact: true })
    const wheel = await writeZip(join(folder, 'gpu.whl'), gpuWheel())
    await cuda.getByLabel('Or its path on the engine’s machine', { exact: true }).fill(wheel)
    await cuda.getByRole('button', { name: 'Set up', exact: true }).click()
    await expect(cuda.getByRole('status').filter({ hasText: 'CUDA does not work yet' })).toBeVisible()
    await expect(cuda.getByText(/^2 libraries are set up/)).toBeVisible()
    await workbench.isSoundEverywhere('devices', pictures)
    const remove = cuda.getByRole('button', { name: 'Remove', exact: true })
    await expect(remove).toBeDisabled()
    await cuda.getByLabel('Type its name to confirm', { exact: true }).fill('CUDA')
    await remove.click()
    await expect(cuda.getByText(/^2 libraries are set up/)).toBeHidden()
    const { devices } = await workspace.json<Doctor>('doctor')
    expect(devices.find(({ device }) => device === 'cuda')!.detail).toMatch(/not set up/)
    await workspace.json('airgap', 'on')
    await expect(cuda.getByRole('button', { name: 'Fetch onnxruntime’s part', exact: true })).toBeDisabled()
  }
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  await workbench.jump('Show devices', 'Show devices')
  await expect(drawer).toBeVisible()
  expect(workbench.complaints).toEqual([])
})
