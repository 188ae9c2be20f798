import { lazy } from 'react'
import { texts } from './texts.ts'

export const deploy = {
  id: 'deploy',
  title: texts.title,
  question: texts.question,
  component: lazy(async () => ({ default: (await import('./deploy-room.tsx')).DeployRoom })),
}
