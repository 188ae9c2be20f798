import { lazy } from 'react'
import { texts } from './texts.ts'

export const train = {
  id: 'train',
  title: texts.title,
  question: texts.question,
  component: lazy(async () => ({ default: (await import('./train-room.tsx')).TrainRoom })),
}
