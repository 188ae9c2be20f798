import { lazy } from 'react'
import { code } from '../../client/code.ts'
import { trainCommands } from './commands.ts'
import { texts } from './texts.ts'

export const train = {
  id: 'train',
  title: texts.title,
  question: texts.question,
  commands: trainCommands,
  component: lazy(async () => ({ default: (await code(() => import('./train-room.tsx'))).TrainRoom })),
}
