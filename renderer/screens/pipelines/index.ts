import { lazy } from 'react'
import { code } from '../../client/code.ts'
import { texts } from './texts.ts'

export const pipelines = {
  id: 'pipelines',
  title: texts.title,
  question: texts.question,
  component: lazy(async () => ({ default: (await code(() => import('./pipelines-room.tsx'))).PipelinesRoom })),
}
