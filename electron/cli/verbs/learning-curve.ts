import { learningWords } from '../../../shared/lib/learning-words.ts'
import { textTable } from '../text-table.ts'
import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const learningCurveVerb = defineVerb({
  name: 'learning-curve',
  summary: "a run's score against the number of training rows: would more of them help?",
  arguments: '<run>',
  configure() {},
  async run(context, [run]) {
    const client = await context.client()
    const told = await context.finish('learning-curve', await client.runs.learningCurve({ run: run! }))
    const table = textTable(
      told.points,
      [
        { title: 'training rows', value: ({ rows }) => number(rows), right: true },
        { title: told.metric, value: ({ mean }) => number(mean), right: true },
        { title: '95 % interval', value: ({ interval }) => interval.map(number).join(' – ') },
        { title: 'draws', value: ({ draws }) => number(draws.length), right: true },
        { title: 'on what it learned from', value: ({ learned }) => number(learned), right: true },
      ],
      'No sizes',
    )
    return { json: told, text: `${table}\n\n${learningWords(told)}` }
  },
})
