import { textTable } from '../text-table.ts'
import { metrics, shortDigest, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const modelsVerb = defineVerb({
  name: 'models',
  summary: 'list the model versions',
  async run(context) {
    const answer = await (await context.client()).models.list()
    const text = textTable(
      answer.models,
      [
        { title: 'model', value: row => `${row.model}:${row.version}` },
        { title: 'aliases', value: row => row.aliases.join(', ') },
        { title: 'task', value: row => row.task },
        { title: 'test', value: row => metrics(row.metrics) },
        { title: 'run', value: row => row.run },
        { title: 'bundle', value: row => shortDigest(row.bundleDigest) },
        { title: 'registered', value: row => time(row.createdAt) },
      ],
      'No models yet: lathe register RUN --name NAME',
    )
    return { json: answer, text }
  },
})
