import { formatSeconds } from '../../../shared/lib/format.ts'
import type { DeviceChoice } from '../../../shared/model/run.ts'
import { absolute, addDeviceFlag, addRowsReadFlags, type RowsReadFlags, rowsReadOptions } from '../options.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const predictVerb = defineVerb<RowsReadFlags & { out: string; device: DeviceChoice }>({
  name: 'predict',
  summary: 'score the rows of a file into another file',
  arguments: '<model> <file>',
  configure: command => {
    command.requiredOption(
      '--out <file>',
      'where the predictions go: .csv or .parquet, values as they are (a spreadsheet may run a text that begins with =)',
    )
    addDeviceFlag(command)
    addRowsReadFlags(command)
  },
  async run(context, [model, file], flags) {
    const { out, device } = flags
    const client = await context.client()
    const started = await client.models.predict({
      ...{ model: model!, file: absolute(file!), out: absolute(out), device },
      options: rowsReadOptions(flags),
    })
    const done = await context.finish('predict', started)
    done.warnings.forEach(context.say)
    return {
      json: done,
      text: `${number(done.rows)} rows → ${done.out} (${done.device}, ${formatSeconds(done.seconds)})`,
    }
  },
})
