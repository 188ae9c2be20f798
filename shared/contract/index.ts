import { checks } from './checks.ts'
import { datasets } from './datasets.ts'
import { deployments } from './deployments.ts'
import { events } from './events.ts'
import { jobs } from './jobs.ts'
import { models } from './models.ts'
import { monitoring } from './monitoring.ts'
import { pipelines } from './pipelines.ts'
import { runs } from './runs.ts'
import { scripts } from './scripts.ts'
import { searches } from './searches.ts'
import { secrets, workspace } from './workspace.ts'

/** Every call and event between window, command line, scripts and engine. */
export const contract = {
  workspace,
  secrets,
  jobs,
  events,
  datasets,
  runs,
  checks,
  scripts,
  searches,
  models,
  deployments,
  monitoring,
  pipelines,
}
export type Contract = typeof contract
