import { Option } from 'commander'
import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import { type AskProgram, askPrograms } from '../../../shared/lib/ask-program.ts'
import { readRow } from '../row-option.ts'
import { oneLine, textTable } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const askVerb = defineVerb<{ row: string; as?: AskProgram }>({
  name: 'ask',
  summary: 'ask a deployed service for the prediction of a row',
  arguments: '<deployment>',
  configure: command => {
    command.requiredOption(
      '--row <json>',
      'the columns of the row, such as \'{"age": 61, "city": null}\', or @FILE that holds them',
    )
    command.addOption(
      new Option('--as <program>', 'only print how to ask it from elsewhere').choices(Object.keys(askPrograms)),
    )
  },
  async run(context, [deployment], options) {
    const row = readRow(options.row)
    const client = await context.client()
    if (options.as) {
      const { deployments } = await client.deployments.list()
      const found = deployments.find(each => each.deployment === deployment)
      if (!found?.url) {
        throw new AppError('not-found', `There is no deployment "${deployment}" that has an address`, {
          mend: '`lathe deployments` lists them.',
        })
      }
      const program = askPrograms[options.as].write(found.url, row)
      return { json: { as: options.as, program }, text: program }
    }
    const answer = await client.deployments.ask({ deployment: deployment!, rows: [row] })
    if (answer.error) throw AppError.fromJSON(answer.error as ErrorJson)
    const { prediction, probabilities = {}, anomaly } = answer.outputs![0]!
    const by = `${answer.model!.name}:${answer.model!.version ?? '–'} at ${answer.address}`
    const table = textTable(
      Object.entries(probabilities).sort((a, b) => b[1] - a[1]),
      [
        { title: 'class', value: ([label]) => label },
        { title: 'probability', value: ([, probability]) => number(probability), right: true },
      ],
      '',
    )
    const called = anomaly === undefined ? '' : anomaly ? ', an anomaly' : ', usual'
    const head = `${oneLine(String(prediction))}${called} (${by}, ${number(answer.latencyMs)} ms)`
    return { json: answer, text: table ? `${head}\n${table}` : head }
  },
})
