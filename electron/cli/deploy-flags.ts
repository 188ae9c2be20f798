import { type Command, Option } from 'commander'
import type { DeployRequest, TargetId } from '../../shared/model/deployment.ts'
import { wholeNumber } from './options.ts'

const targets: Record<TargetId, true> = { local: true, docker: true, kubernetes: true }

/** What `deploy` and `plan` take alike. */
export type DeployFlags = Pick<
  DeployRequest,
  'target' | 'name' | 'port' | 'context' | 'namespace' | 'image' | 'replicas'
>

export function addDeployFlags(command: Command): void {
  command
    .addOption(new Option('--target <target>', 'where it runs').choices(Object.keys(targets)).makeOptionMandatory())
    .option('--name <name>', 'of the deployment')
    .option('--port <port>', 'the one it has, or a free one, when left out', wholeNumber(1, 65_535))
    .option('--context <context>', 'of the kubeconfig; Kubernetes only')
    .option('--namespace <namespace>', 'Kubernetes only')
    .option('--image <ref>', 'an image that was pushed before')
    .option('--replicas <n>', 'how many; as many as there are when left out', wholeNumber(1, 100))
}
