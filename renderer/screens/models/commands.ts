import type { Known } from '../../client/store.ts'
import { type Command, goToPanel } from '../../components/commands.ts'
import { deployAddress } from '../../components/deploy-address.ts'
import { go, pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

/** Of each model the newest version is packaged, pushed and so on. */
export function modelCommands({ models }: Known): Command[] {
  const newest = new Map((models ?? []).toReversed().map(({ model, version }) => [model, version]))
  return [
    { ...texts.commands.import, run: () => goToPanel(pathTo('models'), texts.importTitle) },
    ...[...newest].flatMap(([model, version]) => {
      const name = `${model}:${version}`
      const lead = (title: string) => () => goToPanel(pathTo('models', model, version), title)
      return [
        { ...texts.commands.package(name), about: name, run: lead(texts.package) },
        { ...texts.commands.push(name), about: name, run: lead(texts.push) },
        { ...texts.commands.try(name), about: name, run: lead(texts.whatIf) },
        { ...texts.commands.alias(name), about: name, run: lead(texts.aliases) },
        { ...texts.commands.retrain(name), about: name, run: lead(texts.retrain) },
        { ...texts.commands.deploy(name), about: name, run: () => go(deployAddress(name)) },
      ]
    }),
  ]
}
