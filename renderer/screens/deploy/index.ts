import { lazy } from 'react'
import { code } from '../../client/code.ts'
import { deployCommands } from './commands.ts'
import { texts } from './texts.ts'

export const deploy = {
  id: 'deploy',
  title: texts.title,
  question: texts.question,
  commands: deployCommands,
  component: lazy(async () => ({ default: (await code(() => import('./deploy-room.tsx'))).DeployRoom })),
}
