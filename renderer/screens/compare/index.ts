import { lazy } from 'react'
import { code } from '../../client/code.ts'
import { compareCommands } from './commands.ts'
import { texts } from './texts.ts'

export const compare = {
  id: 'compare',
  title: texts.title,
  question: texts.question,
  commands: compareCommands,
  component: lazy(async () => ({ default: (await code(() => import('./compare-room.tsx'))).CompareRoom })),
}
