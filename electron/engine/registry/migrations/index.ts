import { initial } from './0001-initial.ts'
import { endpointEvents } from './0002-endpoint-events.ts'
import { connections } from './0003-connections.ts'
import { deploymentVersions } from './0004-deployment-versions.ts'
import { jobObjects } from './0005-job-objects.ts'
import { runSplits } from './0006-run-splits.ts'
import { searches } from './0007-searches.ts'
import { checks } from './0008-checks.ts'
import type { Migration } from './migration.ts'

/** All migrations, oldest first; version n is at place n − 1. */
export const migrations: readonly Migration[] = [
  initial,
  endpointEvents,
  connections,
  deploymentVersions,
  jobObjects,
  runSplits,
  searches,
  checks,
]
export type { Migration }
