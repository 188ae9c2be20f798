import type { Algorithm } from '../algorithm.ts'

/** What can be said without looking at a row: how frequent each class is, or the mean; of a forecast, the value of one season before. */
export const baseline: Algorithm = {
  id: 'baseline',
  name: 'Baseline',
  help: 'The frequency of each class in the training rows, or their mean, or for a forecast the value of one season before: what every other model has to beat.',
  usual: true,
  tasks: ['binary', 'multiclass', 'regression'],
  devices: ['cpu'],
  deviceReason: 'there is nothing to compute',
  parameters: [],
  expectedSeconds: () => 0,

  async fit({ target, train, classes, base }) {
    const answer = new Float32Array(Math.max(1, classes.length))
    for (const row of train) {
      if (classes.length) answer[target[row]!]! += 1
    }
    if (classes.length)
      answer.forEach((count, i) => {
        answer[i] = count / train.length
      })
    else if (base === undefined) answer[0] = train.reduce((sum, row) => sum + target[row]! / train.length, 0)
    return {
      async predict(rows) {
        const predictions = new Float32Array(rows.length * answer.length)
        for (let i = 0; i < rows.length; i += 1) predictions.set(answer, i * answer.length)
        return predictions
      },
      toGraph(graph, inputs) {
        const shape = graph.node('Shape', [inputs.numeric.size ? inputs.numbers : 'text'], {
          start: { int: 0 },
          end: { int: 1 },
        })
        const wanted = graph.node('Concat', [shape, graph.int64s([answer.length])], { axis: { int: 0 } })
        return graph.node('Expand', [graph.floats(answer, [1, answer.length]), wanted])
      },
      warnings: [],
      settled: {},
      placement: [],
      bytesPerStep: null,
    }
  },
}
