import { lazy } from 'react'
import { texts } from './texts.ts'

export const overview = {
  id: 'overview',
  title: texts.title,
  question: texts.question,
  component: lazy(async () => ({ default: (await import('./overview.tsx')).Overview })),
}
