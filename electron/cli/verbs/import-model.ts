import type { ClassNames } from '../../../shared/model/model.ts'
import { absolute, addClassFlag } from '../options.ts'
import { shortDigest } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const importModelVerb = defineVerb<{
  name: string
  alias?: string
  python?: string
  dataset?: string
  target?: string
  class?: ClassNames
}>({
  name: 'import-model',
  summary: 'make a model version of an ONNX file, or of a fitted model that a Python of yours converts',
  arguments: '<file>',
  configure: command => {
    command
      .requiredOption('--name <model>', 'name of the model')
      .option('--alias <alias>', 'point this alias at the version')
      .option(
        '--python <program>',
        'one with the libraries of a fitted model, and skl2onnx or onnxscript: turns its file into ONNX',
      )
      .option(
        '--dataset <dataset>',
        'rows like those it learned from: they name its columns, and a conversion is held against them',
      )
      .option('--target <column>', "the dataset's column that it predicts")
    addClassFlag(command, { isRequired: false })
  },
  examples: [
    'lathe import-model model.onnx --name elsewhere --dataset cells --target diagnosis',
    'lathe import-model pipeline.joblib --name elsewhere --python .venv/bin/python --dataset cells --target diagnosis',
  ],
  async run(context, [file], { name, alias, python, dataset, target, class: classes }) {
    const started = await (await context.client()).models.importFile({
      ...{ file: absolute(file!), name, alias, dataset, target, classes },
      // A path is meant from where the person stands; a name is looked for on PATH.
      python: python && /[\\/]/.test(python) ? absolute(python) : python,
    })
    const version = await context.finish('import-model', started)
    return { json: version, text: `${version.model}:${version.version} (${shortDigest(version.bundleDigest)})` }
  },
})
