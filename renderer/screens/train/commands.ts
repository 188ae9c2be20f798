import { type Command, goToPanel } from '../../components/commands.ts'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

export const trainCommands = (): Command[] => [
  { ...texts.commands.train, run: () => goToPanel(pathTo('train'), texts.form) },
  { ...texts.commands.search, run: () => goToPanel(pathTo('train'), texts.form) },
  { ...texts.commands.script, run: () => goToPanel(pathTo('train'), texts.script.form) },
]
