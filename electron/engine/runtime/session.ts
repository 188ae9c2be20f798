import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { AppError } from '../../../shared/errors.ts'
import type { EncodedTensor } from '../../../shared/inference/encode.ts'
import type { DeviceId } from '../../../shared/model/run.ts'
import { chooseBinding, openBroughtLibraries } from './cuda-libraries.ts'

export type { Tensor }
export type Feeds = Record<string, Tensor>

export interface SessionOptions {
  device?: DeviceId
  /** Threads within one operator; all cores when left out. */
  threads?: number
  /** Anything else of onnxruntime, merged last. */
  extra?: InferenceSession.SessionOptions
}

/** Loads onnxruntime on first use. Its uploads of usage data are switched off here, before the library is loaded. */
export async function loadOnnxRuntime(): Promise<typeof import('onnxruntime-node')> {
  process.env.ORT_DISABLE_TELEMETRY = '1'
  chooseBinding()
  const module = await import('onnxruntime-node')
  return 'InferenceSession' in module ? module : (module as { default: typeof import('onnxruntime-node') }).default
}

/** Encoded rows as a session takes them. */
export async function feedsOf(tensors: readonly EncodedTensor[]): Promise<Feeds> {
  const { Tensor } = await loadOnnxRuntime()
  return Object.fromEntries(
    tensors.map(({ name, type, data, dims }) => [
      name,
      type === 'string' ? new Tensor('string', data as string[], dims) : new Tensor(type, data as never, dims),
    ]),
  )
}

/**
 * A session on `device` (CPU when left out). A device that cannot start may end the process: use a process that may die.
 * Throws `device-unavailable` for one that this build does not have (onnxruntime itself would silently use the CPU).
 */
export async function openSession(model: Uint8Array | string, options: SessionOptions = {}): Promise<InferenceSession> {
  const { InferenceSession, listSupportedBackends } = await loadOnnxRuntime()
  const backends = listSupportedBackends().map(({ name }) => name)
  if (options.device && !backends.includes(options.device)) {
    throw new AppError(
      'device-unavailable',
      `This build of onnxruntime has ${backends.join(', ')}, not ${options.device}`,
      {
        mend: 'Use the device cpu; `lathe doctor` shows what this machine has.',
      },
    )
  }
  if (options.device === 'cuda') openBroughtLibraries()
  const settings: InferenceSession.SessionOptions = {
    executionProviders: options.device && options.device !== 'cpu' ? [options.device, 'cpu'] : ['cpu'],
    ...(options.threads ? { intraOpNumThreads: options.threads } : {}),
    logSeverityLevel: 3,
    ...options.extra,
  }
  return typeof model === 'string' ? InferenceSession.create(model, settings) : InferenceSession.create(model, settings)
}
