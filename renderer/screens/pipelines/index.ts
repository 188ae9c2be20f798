import { lazy } from 'react'
import { texts } from './texts.ts'

export const pipelines = {
  id: 'pipelines',
  title: texts.title,
  question: texts.question,
  component: lazy(async () => ({ default: (await import('./pipelines-room.tsx')).PipelinesRoom })),
}
