export * from './onnx/graph-builder.ts'
export * from './session.ts'
