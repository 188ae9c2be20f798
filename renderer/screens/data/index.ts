import { lazy } from 'react'
import { code } from '../../client/code.ts'
import { dataCommands } from './commands.ts'
import { texts } from './texts.ts'

export const data = {
  id: 'data',
  title: texts.title,
  question: texts.question,
  commands: dataCommands,
  component: lazy(async () => ({ default: (await code(() => import('./data-room.tsx'))).DataRoom })),
}
