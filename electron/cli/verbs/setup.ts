import { AppError } from '../../../shared/errors.ts'
import { formatBytes } from '../../../shared/lib/format.ts'
import type { CudaSetup } from '../../../shared/model/workspace.ts'
import { absolute, collectText } from '../options.ts'
import { defineVerb } from '../verb.ts'

export const setupVerb = defineVerb<{ from?: string[]; remove?: boolean }>({
  name: 'setup',
  summary: "set up onnxruntime's CUDA libraries, which it does not bring along, and try them",
  arguments: '<cuda>',
  configure: command => {
    command
      .option(
        '--from <file>',
        'take them from this .nupkg, .whl, .tgz or .zip and connect to nothing; also for wheels of NVIDIA (repeat)',
        collectText,
      )
      .option('--remove', 'remove what was set up')
  },
  examples: [
    'lathe setup cuda',
    'lathe setup cuda --from onnxruntime_gpu-1.30.0-cp311-cp311-manylinux_2_28_x86_64.whl',
    'lathe setup cuda --from nvidia_cublas-13.1.0.3-py3-none-manylinux_2_27_x86_64.whl',
  ],
  async run(context, [what], { from = [], remove = false }) {
    if (what !== 'cuda') {
      throw new AppError('bad-input', `There is nothing called "${what}" to set up`, { mend: 'Say lathe setup cuda.' })
    }
    const client = await context.client()
    if (remove) {
      const { removed } = await client.workspace.removeCuda()
      return { json: { removed }, text: removed ? 'What was set up for CUDA is removed.' : 'Nothing was set up.' }
    }
    const setup = await context.finish('set-up-cuda', await client.workspace.setUpCuda({ files: from.map(absolute) }))
    return { json: setup, text: textOf(setup) }
  },
})

function textOf({ libraries, device }: CudaSetup): string {
  const bytes = libraries.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const there = `${libraries.files.length} libraries are set up for onnxruntime ${libraries.version} (${formatBytes(bytes)}).`
  const outcome = device.available
    ? `CUDA works: ${device.name}, ${device.detail}.`
    : `CUDA does not work yet: ${device.detail}.${libraries.mend ? `\n${libraries.mend}` : ''}`
  return `${there}\n${outcome}`
}
