import { expect, test } from 'vitest'
import { readable } from './readable.ts'

/** As onnxruntime 1.30 says it. */
test.each([
  [
    'Load model from /w/jobs/job-1/out/bundle/model.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&, const onnxruntime::ModelOptions&) Unsupported model IR version: 99, max supported IR version: 13\n',
    'Unsupported model IR version: 99, max supported IR version: 13',
  ],
  [
    'Load model from m.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model_load_utils.h:46 void onnxruntime::model_load_utils::ValidateOpsetForDomain(const std::unordered_map<std::__cxx11::basic_string<char>, int>&, const onnxruntime::logging::Logger&, bool, const std::string&, int) ONNX Runtime only *guarantees* support for models',
    'ONNX Runtime only *guarantees* support for models',
  ],
  [
    "Exception during initialization: /onnxruntime_src/onnxruntime/core/optimizer/initializer.cc:51 onnxruntime::Initializer::Initializer(const onnx::TensorProto&, const std::filesystem::__cxx11::path&) [ONNXRuntimeError] : 1 : FAIL : tensorprotoutils.cc:1540 ValidateEmbeddedTensorProtoDataSizeAndShape Initializer 'w': data field count (0)",
    "tensorprotoutils.cc:1540 ValidateEmbeddedTensorProtoDataSizeAndShape Initializer 'w': data field count (0)",
  ],
  [
    'Load model from m.onnx failed:This is an invalid model. In Node, ("", Fooo)\n  Error',
    'This is an invalid model. In Node, ("", Fooo) Error',
  ],
  ['/onnxruntime_src/a.cc:1 f() x was false. No device was found', 'No device was found'],
])('%s', (message, said) => {
  expect(readable(message)).toBe(said)
})
