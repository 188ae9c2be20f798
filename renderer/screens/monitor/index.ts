import { lazy } from 'react'
import { texts } from './texts.ts'

export const monitor = {
  id: 'monitor',
  title: texts.title,
  question: texts.question,
  component: lazy(async () => ({ default: (await import('./monitor-room.tsx')).MonitorRoom })),
}
