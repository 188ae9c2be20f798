import { shortDigest } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const registerVerb = defineVerb<{ name: string; alias?: string; force?: boolean }>({
  name: 'register',
  summary: 'make a model version of a finished run',
  arguments: '<run>',
  configure: command => {
    command
      .requiredOption('--name <model>', 'name of the model')
      .option('--alias <alias>', 'point this alias at the version, such as champion')
      .option('--force', 'make it champion although it breaks a pinned check')
  },
  async run(context, [run], { name, alias, force }) {
    const version = await (await context.client()).models.register({ run: run!, name, alias, force })
    const aliases = version.aliases.map(each => ` @${each}`).join('')
    return {
      json: version,
      text: `${version.model}:${version.version}${aliases} (${shortDigest(version.bundleDigest)})`,
    }
  },
})
