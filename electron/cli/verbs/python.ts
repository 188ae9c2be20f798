import { Option } from 'commander'
import { type PythonKind, pythonKinds } from '../../../shared/contract/workspace.ts'
import { defineVerb } from '../verb.ts'

export const pythonVerb = defineVerb<{ as?: PythonKind }>({
  name: 'python',
  summary: 'a Python program that opens a dataset, or computes the test predictions of a run or model again',
  arguments: '<subject>',
  configure: command => {
    command.addOption(
      new Option('--as <kind>', 'what the subject is, where several have its name').choices(pythonKinds),
    )
  },
  examples: ['lathe python cells', 'lathe python cells-model@champion > again.py && python3 again.py'],
  async run(context, [subject], { as }) {
    const snippet = await (await context.client()).workspace.python({ subject: subject!, kind: as })
    return { json: snippet, text: snippet.code.trimEnd() }
  },
})
