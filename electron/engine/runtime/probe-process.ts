import { spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { DeviceId } from '../../../shared/model/run.ts'
import { entryPath } from '../base/index.ts'
import type { ProbeReport, TrialInput } from './device-probe.ts'
import { readable } from './readable.ts'

/** What hangs is given up; a machine with much other work to do takes its time. */
const defaultTimeoutMs = 60_000

export interface ProbeOptions {
  signal?: AbortSignal
  /** For each device. */
  timeoutMs?: number
}

export interface TrialOptions extends ProbeOptions {
  device: DeviceId
  /** Where the model lies for a moment. */
  temporaryFolder: string
}

/**
 * Runs `model` twice on a device with zeros as inputs, in a process that may die. Throws `device-unavailable` with the
 * reason, in the device's own words, where that fails; the signal's reason when aborted.
 */
export async function tryOnDevice(
  model: Uint8Array,
  inputs: readonly TrialInput[],
  options: TrialOptions,
): Promise<void> {
  const file = join(options.temporaryFolder, `trial-${process.pid}-${performance.now().toFixed(3)}.onnx`)
  await writeFile(file, model)
  try {
    const { error } = await runProbe([options.device, file, JSON.stringify(inputs)], options)
    if (error === null) return
    throw new AppError('device-unavailable', error, { mend: 'Use the device cpu.' })
  } finally {
    await rm(file, { force: true })
  }
}

/** Starts `device-probe` and gives its report; where it gave none, one that says how the process ended. */
export function runProbe(parameters: readonly string[], options: ProbeOptions): Promise<ProbeReport> {
  const { signal, timeoutMs = defaultTimeoutMs } = options
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entryPath('device-probe'), ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
    })
    let out = ''
    let complaints = ''
    child.stdout.on('data', chunk => {
      out += chunk
    })
    child.stderr.on('data', chunk => {
      complaints = (complaints + chunk).slice(-4000)
    })
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, timeoutMs)
    const abort = () => child.kill('SIGKILL')
    signal?.addEventListener('abort', abort, { once: true })
    const failed = (error: string) => resolve({ backends: [], gigaflops: null, float16: false, error })
    child.on('error', error => failed(error.message))
    child.on('close', (code, killedBy) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      if (signal?.aborted) return reject(signal.reason)
      if (late) return failed(`gave no answer within ${timeoutMs / 1000} s`)
      const line = out.split('\n').find(text => text.startsWith('{'))
      if (!line) return failed(nativeDeath(code, killedBy, complaints))
      const report = JSON.parse(line) as ProbeReport
      resolve(report.error ? { ...report, error: readable(report.error) } : report)
    })
  })
}

function nativeDeath(code: number | null, killedBy: string | null, complaints: string): string {
  const lines = complaints.split('\n').map(line => line.trim())
  const last = lines.filter(Boolean).at(-1)
  return `its process ended with ${killedBy ?? `exit code ${code}`}${last ? `: ${last}` : ''}`
}
