import type { ComponentType } from 'react'
import { defineRegistry } from '../../shared/lib/define-registry.ts'
import { overview } from './overview/index.ts'

export interface Screen {
  id: string
  title: string
  component: ComponentType
}

/** The screens of the window; one folder and one line each. */
export const screens = defineRegistry<Screen>([overview], id => new Error(`There is no screen "${id}"`))
