import type { DeviceId } from '../../../shared/model/run.ts'

/** What becomes of an operator on a provider that does not compute it. */
export interface OperatorLimit {
  /** `cpu`: onnxruntime runs it on the CPU. `fails`: the provider takes it and then fails at run time. */
  effect: 'cpu' | 'fails'
  reason: string
  /** The limit holds only where this attribute is set (or output used). */
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

const withoutControlFlow: Record<string, OperatorLimit> = {
  If: noKernel('If'),
  Scan: noKernel('Scan'),
  Loop: noKernel('Loop'),
}

/**
 * What is known of operators that a provider does not compute, as seen with onnxruntime 1.30 (WebGPU) and as its
 * maintainers say (DirectML: issue 23027). An operator that is not here is thought to run.
 */
export const operatorLimits: Partial<Record<DeviceId, Readonly<Record<string, OperatorLimit>>>> = {
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

/** Why an operator ran elsewhere than on `device`. */
export function fallbackReason(operator: string, device: DeviceId): string {
  const limit = operatorLimits[device]?.[operator]
  return limit ? limit.reason : `${operator}: ${device} has no kernel for its types here, or it only computes shapes`
}
