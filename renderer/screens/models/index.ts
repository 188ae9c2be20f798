import { lazy } from 'react'
import { code } from '../../client/code.ts'
import { modelCommands } from './commands.ts'
import { texts } from './texts.ts'

export const models = {
  id: 'models',
  title: texts.title,
  question: texts.question,
  commands: modelCommands,
  component: lazy(async () => ({ default: (await code(() => import('./models-room.tsx'))).ModelsRoom })),
}
