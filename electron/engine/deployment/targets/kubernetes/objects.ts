import type { KubernetesObject } from '../../../clients/index.ts'
import { bundleLabel, containerPort, containerUser, slugOf } from '../../../packaging/index.ts'
import type { DeploymentSpec } from '../target.ts'

const defaultNamespace = 'lathe'
const lingerMs = 5000

/** Labels that say whose an object is; with them a deployment is found again when everything else was lost. */
export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  name: 'app.kubernetes.io/name',
  workspace: 'lathe/workspace',
  deployment: 'lathe/deployment',
  madeBy: 'lathe/made-by',
} as const

/** Where the objects of a deployment lie, and under which names. */
export interface Names {
  namespace: string
  name: string
  selector: string
}

export function namesOf(spec: { workspace: string; deployment: string; namespace: string | null }): Names {
  const name = slugOf(spec.deployment)
  return {
    namespace: spec.namespace ?? defaultNamespace,
    name,
    selector: `${labels.workspace}=${spec.workspace},${labels.deployment}=${name}`,
  }
}

export const paths = {
  namespace: (namespace: string) => `/api/v1/namespaces/${namespace}`,
  deployment: ({ namespace, name }: Names) => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
  service: ({ namespace, name }: Names) => `/api/v1/namespaces/${namespace}/services/${name}`,
  pods: ({ namespace }: Names) => `/api/v1/namespaces/${namespace}/pods`,
  replicaSets: ({ namespace }: Names) => `/apis/apps/v1/namespaces/${namespace}/replicasets`,
}

export function namespaceObject(spec: DeploymentSpec, names: Names): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: names.namespace,
      labels: {
        [labels.managedBy]: 'lathe',
        [labels.madeBy]: spec.workspace,
        'pod-security.kubernetes.io/enforce': 'restricted',
      },
    },
  }
}

function commonLabels(spec: DeploymentSpec, names: Names): Record<string, string> {
  return {
    [labels.name]: names.name,
    [labels.managedBy]: 'lathe',
    [labels.workspace]: spec.workspace,
    [labels.deployment]: names.name,
  }
}

function probe(path: string, more: Record<string, number>) {
  return { httpGet: { path, port: 'http' }, timeoutSeconds: 3, ...more }
}

/** Replicas of the image under Pod Security "restricted"; old pods stay until new ones are ready. */
export function deploymentObject(spec: DeploymentSpec, names: Names, image: string): KubernetesObject {
  const own = { [labels.workspace]: spec.workspace, [labels.deployment]: names.name }
  const annotations = {
    [bundleLabel]: spec.bundleDigest,
    'lathe.model': spec.model,
    'lathe.model-version': `${spec.version}`,
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: names.name, namespace: names.namespace, labels: commonLabels(spec, names), annotations },
    spec: {
      replicas: spec.replicas,
      selector: { matchLabels: own },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels: commonLabels(spec, names), annotations },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 30,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: containerUser,
            runAsGroup: containerUser,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'server',
              image,
              imagePullPolicy: 'IfNotPresent',
              ports: [{ name: 'http', containerPort, protocol: 'TCP' }],
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              resources: { requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '1Gi' } },
              // The cluster goes on sending requests for a while to a pod that it has told to end.
              lifecycle: {
                preStop: { exec: { command: ['/usr/bin/node', '-e', `setTimeout(() => {}, ${lingerMs})`] } },
              },
              startupProbe: probe('/health/ready', { periodSeconds: 1, failureThreshold: 120 }),
              readinessProbe: probe('/health/ready', { periodSeconds: 5, failureThreshold: 2 }),
              livenessProbe: probe('/health/live', { periodSeconds: 10, failureThreshold: 3 }),
            },
          ],
        },
      },
    },
  }
}

export function serviceObject(spec: DeploymentSpec, names: Names): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: names.name, namespace: names.namespace, labels: commonLabels(spec, names) },
    spec: {
      type: 'NodePort',
      selector: { [labels.workspace]: spec.workspace, [labels.deployment]: names.name },
      ports: [
        {
          name: 'http',
          port: 80,
          protocol: 'TCP',
          targetPort: 'http',
          ...(spec.port === null ? {} : { nodePort: spec.port }),
        },
      ],
    },
  }
}
