import type { Known } from '../../client/store.ts'
import { type Command, goToPanel } from '../../components/commands.ts'
import { go, pathTo } from '../../components/router.ts'
import { trainAddress } from '../../components/train-address.ts'
import { texts } from './texts.ts'

export const dataCommands = ({ datasets }: Known): Command[] => [
  { ...texts.commands.import, run: () => goToPanel(pathTo('data'), texts.importTitle) },
  ...(datasets ?? []).map(({ dataset, latest: { target } }) => ({
    ...texts.commands.trainOn(dataset),
    run: () => go(trainAddress({ dataset, target })),
    about: dataset,
  })),
]
