import type { Known } from '../../client/store.ts'
import { type Command, goToPanel } from '../../components/commands.ts'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

export const deployCommands = ({ deployments }: Known): Command[] => [
  { ...texts.commands.deploy, run: () => goToPanel(pathTo('deploy'), texts.newDeployment) },
  ...(deployments ?? []).flatMap(({ deployment }) => {
    const lead = (title: string) => () => goToPanel(pathTo('deploy', deployment), title)
    return [
      { ...texts.commands.rollBack(deployment), about: deployment, run: lead(texts.versions) },
      { ...texts.commands.ask(deployment), about: deployment, run: lead(texts.ask) },
      { ...texts.commands.logs(deployment), about: deployment, run: lead(texts.log) },
      { ...texts.commands.undeploy(deployment), about: deployment, run: lead(texts.undeploy) },
    ]
  }),
]
