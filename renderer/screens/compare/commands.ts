import { type Command, goToPanel } from '../../components/commands.ts'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

export const compareCommands = (): Command[] => [
  { ...texts.command, run: () => goToPanel(pathTo('compare'), texts.runs) },
]
