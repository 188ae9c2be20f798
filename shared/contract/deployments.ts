import { z } from 'zod'
import {
  Architecture,
  Deployment,
  DeploymentVersion,
  DeployRequest,
  Image,
  Plan,
  Push,
  packageEngines,
  RollbackRequest,
} from '../model/deployment.ts'
import { ModelReference, Name } from '../model/ids.ts'
import { AskedRow, mostAskedRows, ServiceAnswer } from '../model/service-answer.ts'
import { mostLogLines, ServiceLog } from '../model/service-log.ts'
import { procedure, StartedJob } from './base.ts'

export const deployments = {
  package: procedure
    .route({ method: 'POST', path: '/images/package', summary: 'Write the container image of a model version' })
    .input(
      z.object({
        model: ModelReference,
        engine: z.enum(packageEngines).default('oci'),
        /** Absolute path of the tar; in the workspace's `images/` when left out. */
        out: z.string().optional(),
        /** Write over whatever is at `out`; without it only the package of the same model version is written over. */
        replace: z.boolean().optional(),
        tag: z.string().optional(),
        architecture: Architecture.optional(),
        /** An image reference to stand on instead of Lathe's own base layers. */
        base: z.string().optional(),
      }),
    )
    .output(StartedJob),
  push: procedure
    .route({ method: 'POST', path: '/images/push', summary: 'Push the image of a model version to an OCI registry' })
    .input(
      z.object({
        model: ModelReference,
        ref: z.string().min(1),
        plainHttp: z.boolean().default(false),
        /** Absolute path of a PEM file with the registry's certificate authority. */
        caFile: z.string().optional(),
        architecture: Architecture.optional(),
      }),
    )
    .output(StartedJob),
  images: procedure
    .route({ method: 'GET', path: '/images', summary: 'The images that were made of a model version, newest first' })
    .input(z.object({ model: ModelReference }))
    .output(z.object({ images: z.array(Image), pushes: z.array(Push) })),
  /** A name that is live is replaced in place: its address stays, and where the new version fails the old one serves on. */
  deploy: procedure
    .route({ method: 'POST', path: '/deployments', summary: 'Deploy a model version to a target' })
    .input(DeployRequest)
    .output(StartedJob),
  /** What deploy would do, without doing it: on Kubernetes a server-side dry run. */
  plan: procedure
    .route({ method: 'POST', path: '/deployments/plan', summary: 'What a deployment would change' })
    .input(DeployRequest)
    .output(Plan),
  /** What was applied under the name, until it is undeployed. */
  versions: procedure
    .route({
      method: 'GET',
      path: '/deployments/{deployment}/versions',
      summary: 'Versions of a deployment, newest first',
    })
    .input(z.object({ deployment: Name }))
    .output(z.object({ versions: z.array(DeploymentVersion) })),
  /** A deploy of what was applied once, and a version of its own: it can be undone in the same way. */
  rollback: procedure
    .route({ method: 'POST', path: '/deployments/{deployment}/rollback', summary: 'Go back to an earlier version' })
    .input(RollbackRequest)
    .output(StartedJob),
  planRollback: procedure
    .route({ method: 'POST', path: '/deployments/{deployment}/rollback/plan', summary: 'What a rollback would change' })
    .input(RollbackRequest)
    .output(Plan),
  list: procedure
    .route({ method: 'GET', path: '/deployments', summary: 'All deployments with their state, looked at now' })
    .output(z.object({ deployments: z.array(Deployment) })),
  /** The rows are counted by the service as any others are. */
  ask: procedure
    .route({ method: 'POST', path: '/deployments/{deployment}/ask', summary: 'Ask a deployed service for predictions' })
    .input(z.object({ deployment: Name, rows: z.array(AskedRow).min(1).max(mostAskedRows) }))
    .output(ServiceAnswer),
  /** Followed by asking again with the cursor of the page before. */
  logs: procedure
    .route({ method: 'GET', path: '/deployments/{deployment}/logs', summary: 'What a replica of a deployment wrote' })
    .input(
      z.object({
        deployment: Name,
        replica: z.string().optional(),
        cursor: z.string().max(200).optional(),
        limit: z.coerce.number().int().min(1).max(mostLogLines).default(200),
      }),
    )
    .output(ServiceLog),
  undeploy: procedure
    .route({ method: 'POST', path: '/deployments/{deployment}/undeploy', summary: 'Take a deployment away wholly' })
    .input(z.object({ deployment: Name }))
    .output(StartedJob),
}
