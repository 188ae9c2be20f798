import { lazy } from 'react'
import { code } from '../../client/code.ts'
import { monitorCommands } from './commands.ts'
import { texts } from './texts.ts'

export const monitor = {
  id: 'monitor',
  title: texts.title,
  question: texts.question,
  commands: monitorCommands,
  component: lazy(async () => ({ default: (await code(() => import('./monitor-room.tsx'))).MonitorRoom })),
}
