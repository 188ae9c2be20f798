import { AppError } from '../../../../shared/errors.ts'
import { defineRegistry } from '../../../../shared/lib/define-registry.ts'
import { docker } from './docker/index.ts'
import { kubernetes } from './kubernetes/index.ts'
import { local } from './local/index.ts'
import type { DeploymentTarget } from './target.ts'

export const targets = defineRegistry<DeploymentTarget>(
  [local, docker, kubernetes],
  (id, known) =>
    new AppError('bad-input', `There is no deployment target "${id}"`, { mend: `Use ${known.join(', ')}.` }),
)
