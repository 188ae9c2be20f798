import { number } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const retrainVerb = defineVerb<{ alias: string }>({
  name: 'retrain',
  summary: "train a version's recipe on newer data; promote it or stop and say why",
  arguments: '<model> <dataset>',
  configure: command => {
    command.option('--alias <alias>', 'what is moved when it is better', 'champion')
  },
  async run(context, [model, dataset], { alias }) {
    const started = await (await context.client()).models.retrain({ model: model!, dataset: dataset!, alias })
    const decision = await context.finish('retrain', started)
    const { champion, challenger, metric, difference, interval } = decision
    return {
      json: decision,
      text: `${decision.decision}: ${decision.reason}\n${challenger.model}:${challenger.version} against ${champion.model}:${champion.version}: ${metric} ${number(difference)} [${interval.map(number).join(', ')}]`,
    }
  },
})
