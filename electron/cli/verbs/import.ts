import { formatBytes, formatCount } from '../../../shared/lib/format.ts'
import { absolute, addReadFlags, type ReadFlags, readOptions } from '../options.ts'
import { defineVerb } from '../verb.ts'
import { describeDataset } from './dataset.ts'

export const importVerb = defineVerb<ReadFlags & { name: string; target?: string }>({
  name: 'import',
  summary: 'import a CSV, TSV, Excel, Parquet or JSON lines file as a dataset version',
  arguments: '<file>',
  configure: command => {
    command
      .requiredOption('--name <name>', 'name of the dataset')
      .option('--target <column>', 'the column to be predicted, so that copies of it are warned of')
    addReadFlags(command)
  },
  examples: ['lathe import sales.csv --name sales --target churned --type zip=text'],
  async run(context, [file], flags) {
    const client = await context.client()
    const started = await client.datasets.import({
      file: absolute(file!),
      name: flags.name,
      target: flags.target,
      options: readOptions(flags),
    })
    const version = await context.finish('import', started)
    const size = `${formatCount(version.rows)} rows × ${version.columns.length} columns, ${formatBytes(version.sizeBytes)}`
    return {
      json: version,
      text: `Imported ${version.dataset}:${version.version} (${size})\n\n${describeDataset(version)}`,
    }
  },
})
