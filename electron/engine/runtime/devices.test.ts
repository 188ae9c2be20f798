import { expect, test } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import type { Device } from '../../../shared/model/workspace.ts'
import { chooseDevice, probeDevices } from './devices.ts'
import { softwareAdapter } from './testing/software-adapter.ts'

const machine = (...devices: Partial<Device>[]): Device[] =>
  devices.map(device => ({
    device: 'cpu',
    available: true,
    name: '',
    detail: '',
    memoryBytes: null,
    gigaflops: 1,
    float16: false,
    ...device,
  }))
const needs = { devices: ['cpu', 'webgpu'] as const, reason: 'it trains on CPU and WebGPU only' }

test('the CPU answers with a measured speed, a device that is not there with a reason', async () => {
  const devices = await probeDevices({ fresh: true })
  expect(devices.map(({ device }) => device)).toEqual(['cpu', 'webgpu', 'cuda', 'dml', 'coreml'])
  const cpu = devices[0]!
  expect(cpu.available).toBe(true)
  expect(cpu.gigaflops).toBeGreaterThan(1)
  expect(cpu.float16).toBe(false)
  for (const device of devices.filter(({ available }) => !available)) {
    expect(device.gigaflops).toBeNull()
    expect(device.detail).toMatch(/\w{3}/)
  }
  if (process.platform === 'linux') {
    expect(devices.find(({ device }) => device === 'dml')!.detail).toMatch(
      /this build of onnxruntime has cpu.*, not dml/,
    )
  }
})

test.runIf(softwareAdapter)('a software adapter is measured, and slower than the CPU', async () => {
  Object.assign(process.env, softwareAdapter)
  const devices = await probeDevices({ fresh: true })
  const [cpu, webgpu] = devices as [Device, Device]
  expect(webgpu.detail).toMatch(/GFLOP/)
  expect(webgpu.gigaflops!).toBeLessThan(cpu.gigaflops!)
  expect(chooseDevice('auto', devices, needs).device).toBe('cpu')
  expect(chooseDevice('webgpu', devices, needs)).toEqual({ device: 'webgpu', warnings: [] })
})

test('a probe that takes too long is ended and says so; an abort throws its reason', async () => {
  const devices = await probeDevices({ fresh: true, timeoutMs: 1 })
  expect(devices.every(({ detail }) => detail === 'gave no answer within 0.001 s')).toBe(true)
  const controller = new AbortController()
  const probing = probeDevices({ fresh: true, signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(probing).rejects.toThrow('enough')
})

test('auto takes the fastest that can hold the work', () => {
  const devices = machine({ gigaflops: 100, memoryBytes: 8e9 }, { device: 'webgpu', gigaflops: 900, memoryBytes: 2e9 })
  expect(chooseDevice('auto', devices, needs)).toEqual({ device: 'webgpu', warnings: [] })
  expect(chooseDevice('auto', devices, { ...needs, memoryBytes: 4e9 })).toEqual({ device: 'cpu', warnings: [] })
})

test('a named device that fails gives its reason and the CPU is used', () => {
  const devices = machine({}, { device: 'webgpu', available: false, detail: 'No supported adapters', gigaflops: null })
  expect(chooseDevice('webgpu', devices, needs)).toEqual({
    device: 'cpu',
    warnings: ['webgpu is not used: No supported adapters. The CPU is used.'],
  })
  expect(chooseDevice('cuda', machine({}, { device: 'cuda' }), needs).warnings[0]).toContain(needs.reason)
})

test('mixed precision takes a device with float16, and says which has it', () => {
  const half = { ...needs, float16: true }
  const card = { device: 'webgpu', float16: true, gigaflops: 0.5 } as const
  expect(chooseDevice('auto', machine({}, card), half).device).toBe('webgpu')
  expect(() => chooseDevice('cpu', machine({}, card), half)).toThrow(
    expect.objectContaining({
      code: 'device-unavailable',
      message:
        'Mixed precision wants a device with float16 (cpu: float16 is computed in float32 there, which only takes longer)',
      mend: 'Use the device webgpu, or set precision to float32.',
    }),
  )
  expect(() => chooseDevice('webgpu', machine({}, { ...card, float16: false }), half)).toThrow(
    expect.objectContaining({
      message: 'Mixed precision wants a device with float16 (webgpu: it does not multiply in float16)',
      mend: expect.stringMatching(/^Set precision to float32/),
    }),
  )
  expect(() => chooseDevice('auto', machine({}), half)).toThrow(/float16 \(cpu: /)
})

test('no device at all is an error that names each reason', () => {
  const devices = machine({ memoryBytes: 1e9 })
  try {
    chooseDevice('auto', devices, { ...needs, memoryBytes: 4e9 })
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe('device-unavailable')
    expect((error as AppError).message).toMatch(/cpu: the work takes 4.* GB/)
  }
})
