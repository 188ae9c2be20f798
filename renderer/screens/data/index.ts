import { lazy } from 'react'
import { texts } from './texts.ts'

export const data = {
  id: 'data',
  title: texts.title,
  question: texts.question,
  component: lazy(async () => ({ default: (await import('./data-room.tsx')).DataRoom })),
}
