import type { ComponentType } from 'react'
import { defineRegistry } from '../../shared/lib/define-registry.ts'
import type { Known } from '../client/store.ts'
import type { Command } from '../components/commands.ts'
import { compare } from './compare/index.ts'
import { data } from './data/index.ts'
import { deploy } from './deploy/index.ts'
import { models } from './models/index.ts'
import { monitor } from './monitor/index.ts'
import { overview } from './overview/index.ts'
import { pipelines } from './pipelines/index.ts'
import { train } from './train/index.ts'

export interface Screen {
  /** Also the first part of its addresses. */
  id: string
  title: string
  /** What it answers; shown under its title. */
  question: string
  component: ComponentType
  /** What can be begun in it, and with the objects that are there, from anywhere. */
  commands?(known: Known): Command[]
}

/** The screens of the window, in the order of the rail; one folder and one line each. */
export const screens = defineRegistry<Screen>(
  [overview, data, train, compare, models, deploy, monitor, pipelines],
  id => new Error(`There is no screen "${id}"`),
)
