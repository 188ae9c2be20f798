import type { Known } from '../../client/store.ts'
import { type Command, goToPanel } from '../../components/commands.ts'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

export const monitorCommands = ({ endpoints }: Known): Command[] => [
  { ...texts.commands.watch, run: () => goToPanel(pathTo('monitor'), texts.watch) },
  ...(endpoints ?? []).flatMap(({ endpoint }) => {
    const lead = (title: string) => () => goToPanel(pathTo('monitor', endpoint), title)
    return [
      { ...texts.commands.drift(endpoint), about: endpoint, run: lead(texts.heat) },
      { ...texts.commands.mark(endpoint), about: endpoint, run: lead(texts.events) },
      { ...texts.commands.stretches(endpoint), about: endpoint, run: lead(texts.two) },
      { ...texts.commands.replay(endpoint), about: endpoint, run: lead(texts.replay) },
    ]
  }),
]
