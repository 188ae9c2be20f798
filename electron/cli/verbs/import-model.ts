import { absolute } from '../options.ts'
import { shortDigest } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const importModelVerb = defineVerb<{ name: string; alias?: string }>({
  name: 'import-model',
  summary: 'make a model version of an ONNX file from elsewhere',
  arguments: '<file>',
  configure: command => {
    command
      .requiredOption('--name <model>', 'name of the model')
      .option('--alias <alias>', 'point this alias at the version')
  },
  async run(context, [file], { name, alias }) {
    const started = await (await context.client()).models.importFile({ file: absolute(file!), name, alias })
    const version = await context.finish('import-model', started)
    return { json: version, text: `${version.model}:${version.version} (${shortDigest(version.bundleDigest)})` }
  },
})
