export * from './devices.ts'
export * from './onnx/graph-builder.ts'
export * from './onnx/read-model.ts'
export * from './session.ts'
