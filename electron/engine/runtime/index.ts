export * from './bundle.ts'
export {
  canHaveCuda,
  cudaObstacle,
  cudaPackage,
  cudaProviders,
  cudaState,
  downloadPath,
  installLibraries,
  onnxRuntimeVersion,
  removeLibraries,
  stagingFolder,
} from './cuda-libraries.ts'
export { hasNvidiaCard } from './device-memory.ts'
export * from './devices.ts'
export * from './inner-shapes.ts'
export { cutModel, type InnerTensor, innerTensors } from './onnx/cut-model.ts'
export { extendOutput } from './onnx/extend-output.ts'
export { forRows, withBothClasses, withSoftmax } from './onnx/for-rows.ts'
export * from './onnx/graph-builder.ts'
export { type PlainGraph, type PlainNode, readGraph, withOutputs } from './onnx/read-graph.ts'
export * from './onnx/read-model.ts'
export type { EnsembleTree } from './onnx/read-trees.ts'
export { openOnDevice } from './open-on-device.ts'
export * from './operators.ts'
export * from './placement.ts'
export * from './predictor.ts'
export { tryOnDevice } from './probe-process.ts'
export * from './session.ts'
export { openTrees, type TreeModel } from './tree-model.ts'
