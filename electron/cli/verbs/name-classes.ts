import type { ClassNames } from '../../../shared/model/model.ts'
import { addClassFlag } from '../options.ts'
import { shortDigest } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const nameClassesVerb = defineVerb<{ class: ClassNames }>({
  name: 'name-classes',
  summary: 'say what the classes of an imported model are called in your data: its next version',
  arguments: '<model>',
  configure: command => addClassFlag(command, { isRequired: true }),
  examples: [
    'lathe evaluate theirs cells                 # says which names the rows suggest',
    'lathe name-classes theirs --class 0=malignant --class 1=benign',
  ],
  async run(context, [model], { class: classes }) {
    const started = await (await context.client()).models.nameClasses({ model: model!, classes })
    const version = await context.finish('name-classes', started)
    return { json: version, text: `${version.model}:${version.version} (${shortDigest(version.bundleDigest)})` }
  },
})
