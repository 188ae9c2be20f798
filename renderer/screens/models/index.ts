import { lazy } from 'react'
import { texts } from './texts.ts'

export const models = {
  id: 'models',
  title: texts.title,
  question: texts.question,
  component: lazy(async () => ({ default: (await import('./models-room.tsx')).ModelsRoom })),
}
