import moduleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url'
import binaryUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url'
import * as ort from 'onnxruntime-web/wasm'
import { AppError } from '../../shared/errors.ts'
import type { OutputTensors } from '../../shared/inference/decode.ts'
import type { EncodedTensor } from '../../shared/inference/encode.ts'

ort.env.wasm.wasmPaths = { mjs: moduleUrl, wasm: binaryUrl }
ort.env.wasm.numThreads = 1
ort.env.logLevel = 'error'

export interface Session {
  /** One call at a time. Gives the outputs that are asked for. */
  run(inputs: readonly EncodedTensor[], outputs: string[]): Promise<OutputTensors>
  close(): Promise<void>
}

/** An ONNX file in this window. Throws `bad-file` for one that onnxruntime refuses, in its words. */
export async function openSession(model: Uint8Array): Promise<Session> {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] }).catch((cause: unknown) => {
    throw new AppError('bad-file', `The window cannot load the model: ${(cause as Error).message}`, { cause })
  })
  return {
    async run(inputs, outputs) {
      const feeds = Object.fromEntries(inputs.map(input => [input.name, tensorOf(input)]))
      return (await session.run(feeds, outputs)) as unknown as OutputTensors
    },
    close: () => session.release(),
  }
}

function tensorOf({ type, data, dims }: EncodedTensor): ort.Tensor {
  return type === 'string'
    ? new ort.Tensor('string', data as string[], dims)
    : new ort.Tensor(type, data as never, dims)
}
