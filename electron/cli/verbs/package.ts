import { Option } from 'commander'
import { formatBytes, formatSeconds } from '../../../shared/lib/format.ts'
import type { Architecture, Image } from '../../../shared/model/deployment.ts'
import { absolute } from '../options.ts'
import { textFields } from '../text-table.ts'
import { defineVerb } from '../verb.ts'

interface PackageFlags {
  engine: Image['engine']
  out?: string
  replace?: boolean
  tag?: string
  arch?: Architecture
  base?: string
}

export const packageVerb = defineVerb<PackageFlags>({
  name: 'package',
  summary: 'write the container image of a model version',
  arguments: '<model>',
  configure: command => {
    command
      .addOption(
        new Option('--engine <engine>', 'an OCI layout tar, or loaded into Docker')
          .choices(['oci', 'docker'])
          .default('oci'),
      )
      .option('--out <file>', 'the tar to write')
      .option('--replace', 'write over whatever is there, not over the same package alone')
      .option('--tag <ref>', 'name of the image')
      .addOption(new Option('--arch <architecture>', 'of the processor').choices(['amd64', 'arm64']))
      .option('--base <image>', "an image to stand on instead of Lathe's own base layers")
  },
  async run(context, [model], flags) {
    const started = await (await context.client()).deployments.package({
      model: model!,
      engine: flags.engine,
      out: flags.out === undefined ? undefined : absolute(flags.out),
      replace: flags.replace,
      tag: flags.tag,
      architecture: flags.arch,
      base: flags.base,
    })
    const image = await context.finish('package', started)
    const text = textFields({
      model: `${image.model}:${image.version}`,
      image: image.imageDigest,
      'image id': image.imageId,
      architecture: image.architecture,
      size: formatBytes(image.sizeBytes),
      out: image.out,
      tag: image.tag,
      time: formatSeconds(image.seconds),
    })
    return { json: image, text }
  },
})
