import { Option } from 'commander'
import { formatBytes, formatSeconds } from '../../../shared/lib/format.ts'
import type { Architecture } from '../../../shared/model/deployment.ts'
import { absolute } from '../options.ts'
import { defineVerb } from '../verb.ts'

export const pushVerb = defineVerb<{ plainHttp: boolean; ca?: string; arch?: Architecture }>({
  name: 'push',
  summary: 'push the image of a model version to an OCI registry, without Docker',
  arguments: '<model> <ref>',
  configure: command => {
    command
      .option('--plain-http', 'the registry speaks HTTP without TLS', false)
      .option('--ca <file>', "the registry's certificate authority (PEM)")
      .addOption(new Option('--arch <architecture>', 'of the processor').choices(['amd64', 'arm64']))
  },
  examples: ['lathe push churn@champion registry.example.com/team/churn:1'],
  async run(context, [model, ref], flags) {
    const started = await (await context.client()).deployments.push({
      model: model!,
      ref: ref!,
      plainHttp: flags.plainHttp,
      caFile: flags.ca === undefined ? undefined : absolute(flags.ca),
      architecture: flags.arch,
    })
    const push = await context.finish('push', started)
    const sent = `${formatBytes(push.uploadedBytes)} sent, ${formatSeconds(push.seconds)}`
    return { json: push, text: `${push.ref}@${push.imageDigest} (${sent})` }
  },
})
