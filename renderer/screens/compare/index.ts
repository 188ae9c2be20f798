import { lazy } from 'react'
import { texts } from './texts.ts'

export const compare = {
  id: 'compare',
  title: texts.title,
  question: texts.question,
  component: lazy(async () => ({ default: (await import('./compare-room.tsx')).CompareRoom })),
}
