import type { DeviceId } from '../../../shared/model/run.ts'

/** What becomes of an operator on a provider that does not compute it. */
export interface OperatorLimit {
  /** `cpu`: onnxruntime runs it on the CPU. `fails`: the provider takes it and then fails at run time. `float32`: numbers are made float32 before and rounded after. */
  effect: 'cpu' | 'fails' | 'float32'
  reason: string
  /** The limit holds only where this attribute is set (or output used), or of this type. */
  when?: string
}

const noKernel = (what: string): OperatorLimit => ({ effect: 'cpu', reason: `${what} has no kernel there` })

/** It has a kernel, but what a seed gives would not be the same twice: it is written as others. */
const unordered: Record<string, OperatorLimit> = {
  ScatterElements: { effect: 'cpu', reason: 'ScatterElements adds up in any order there', when: 'reduction' },
}

const webgpu: Record<string, OperatorLimit> = {
  ...unordered,
  Scan: { effect: 'cpu', reason: 'Scan has no kernel there, and its state would cross at every step' },
  Loop: { effect: 'cpu', reason: 'Loop has no kernel there, and its state would cross at every step' },
  If: noKernel('If'),
  LogSoftmax: noKernel('LogSoftmax'),
  IsNaN: noKernel('IsNaN'),
  OneHot: noKernel('OneHot'),
  MaxUnpool: noKernel('MaxUnpool'),
  RandomNormal: noKernel('RandomNormal'),
  RandomNormalLike: noKernel('RandomNormalLike'),
  RandomUniform: noKernel('RandomUniform'),
  RandomUniformLike: noKernel('RandomUniformLike'),
  Bernoulli: noKernel('Bernoulli'),
  MaxPool: { effect: 'fails', reason: 'MaxPool with indices is taken and then fails', when: 'Indices' },
  BatchNormalization: {
    effect: 'fails',
    reason: 'BatchNormalization in training mode is taken and then fails',
    when: 'training_mode',
  },
  'ai.onnx.ml.LabelEncoder': noKernel('LabelEncoder (text)'),
  'ai.onnx.ml.TreeEnsembleRegressor': noKernel('TreeEnsembleRegressor'),
  'ai.onnx.ml.TreeEnsembleClassifier': noKernel('TreeEnsembleClassifier'),
}

const converted: OperatorLimit = {
  effect: 'float32',
  reason: 'float16 is computed in float32 there, which only takes longer',
  when: 'float16',
}

/** Of all that mixed precision computes in float16, its products. */
const cpu: Record<string, OperatorLimit> = { Conv: converted, Gemm: converted, MatMul: converted }

const withoutControlFlow: Record<string, OperatorLimit> = {
  If: noKernel('If'),
  Scan: noKernel('Scan'),
  Loop: noKernel('Loop'),
}

/**
 * What is known of operators that a provider does not compute, as seen with onnxruntime 1.30 (WebGPU) and as its
 * maintainers say (DirectML: issue 23027). An operator that is not here is thought to run. Whether
 * a graphics card multiplies in float16 depends on the card, and is tried on it (`device-probe.ts`).
 */
export const operatorLimits: Partial<Record<DeviceId, Readonly<Record<string, OperatorLimit>>>> = {
  cpu,
  webgpu,
  cuda: unordered,
  dml: withoutControlFlow,
  coreml: withoutControlFlow,
}

/** Limits of `device` among `operators` (names as `readModel` counts them), unconditional ones only. */
export function limitsOf(operators: Iterable<string>, device: DeviceId): OperatorLimit[] {
  return [...operators].flatMap(operator => {
    const limit = operatorLimits[device]?.[operator]
    return limit && limit.when === undefined ? [limit] : []
  })
}

/** Whether a compiler should write an operator as others for `device`. */
export const lacks =
  (device: DeviceId) =>
  (operator: string): boolean =>
    operatorLimits[device]?.[operator] !== undefined

/** Why mixed precision is not for a device that does not multiply in float16. */
export const withoutHalves = (device: DeviceId): string =>
  operatorLimits[device]?.MatMul?.reason ?? 'it does not multiply in float16'

/** Why an operator ran elsewhere than on `device`. */
export function fallbackReason(operator: string, device: DeviceId): string {
  const limit = operatorLimits[device]?.[operator]
  return limit ? limit.reason : `${operator}: ${device} has no kernel for its types here, or it only computes shapes`
}
