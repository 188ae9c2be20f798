import { textTable } from '../text-table.ts'
import { metrics, number, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const evaluationsVerb = defineVerb({
  name: 'evaluations',
  summary: 'list what a model version scored on other datasets',
  arguments: '<model>',
  async run(context, [model]) {
    const answer = await (await context.client()).models.evaluations({ model: model! })
    const text = textTable(
      answer.evaluations,
      [
        { title: 'dataset', value: row => `${row.dataset}:${row.datasetVersion}` },
        { title: 'rows', value: row => number(row.rows), right: true },
        { title: 'when', value: row => time(row.evaluatedAt) },
        { title: 'metrics', value: row => metrics(row.metrics, row.intervals), isWhole: true },
      ],
      `It was never evaluated: lathe evaluate ${model} DATASET`,
    )
    return { json: answer, text }
  },
})
