import { lazy } from 'react'
import { code } from '../../client/code.ts'
import { texts } from './texts.ts'

export const data = {
  id: 'data',
  title: texts.title,
  question: texts.question,
  component: lazy(async () => ({ default: (await code(() => import('./data-room.tsx'))).DataRoom })),
}
