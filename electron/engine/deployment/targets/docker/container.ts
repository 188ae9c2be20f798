import type { Docker } from '../../../clients/index.ts'
import { bundleLabel, containerPort, slugOf } from '../../../packaging/index.ts'
import type { DeploymentSpec } from '../target.ts'

/** How our containers are found again, whatever else was lost. */
export const workspaceLabel = 'lathe.workspace'
const deploymentLabel = 'lathe.deployment'
const ownImagesLabel = 'lathe.own-images'
const imageDigestLabel = 'lathe.image-digest'
const modelLabel = 'lathe.model'
const versionLabel = 'lathe.model-version'

const memoryBytes = 1024 ** 3

export interface PreparedImage {
  image: string
  /** Of the manifest, where Lathe wrote or pushed it. */
  imageDigest: string | null
  /** The engine has these for this deployment only, this one and those of its versions before: they go with it. */
  ownImages: string[]
}

/** The repository of images that are made for one deployment only, and go with it. */
export function ownRepository({ workspace, deployment }: Pick<DeploymentSpec, 'workspace' | 'deployment'>): string {
  return `lathe-deployment/${slugOf(workspace)}/${slugOf(deployment)}`
}

export function ownTag(spec: Pick<DeploymentSpec, 'workspace' | 'deployment' | 'version'>): string {
  return `${ownRepository(spec)}:${spec.version}`
}

export function containerName(spec: Pick<DeploymentSpec, 'workspace' | 'deployment'>): string {
  return `lathe-${slugOf(spec.deployment)}-${slugOf(spec.workspace).slice(-8)}`
}

/** Locked down: read-only root, no capability, no new privilege, bounded memory and processes, only this machine may ask. */
export function containerOptions(
  spec: DeploymentSpec,
  { image, imageDigest, ownImages, port }: PreparedImage & { port: number },
): Docker.ContainerCreateOptions & { HostConfig: Docker.HostConfig; Labels: Record<string, string> } {
  return {
    name: containerName(spec),
    Image: image,
    Labels: {
      [workspaceLabel]: spec.workspace,
      [deploymentLabel]: spec.deployment,
      [bundleLabel]: spec.bundleDigest,
      [modelLabel]: spec.model,
      [versionLabel]: String(spec.version),
      ...(ownImages.length ? { [ownImagesLabel]: ownImages.join(',') } : {}),
      ...(imageDigest ? { [imageDigestLabel]: imageDigest } : {}),
    },
    HostConfig: {
      PortBindings: { [`${containerPort}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: memoryBytes,
      PidsLimit: 256,
      RestartPolicy: { Name: 'unless-stopped' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
  }
}

/** What a plan compares of a container: what it serves, where, and each setting that we ask for. */
export function shownContainer(
  image: string,
  labels: Record<string, string>,
  { PortBindings, RestartPolicy, ...host }: Docker.HostConfig,
): Record<string, unknown> {
  const [binding] = (PortBindings?.[`${containerPort}/tcp`] ?? []) as { HostIp?: string; HostPort?: string }[]
  return {
    model: `${labels[modelLabel]}:${labels[versionLabel]}`,
    bundle: labels[bundleLabel],
    image,
    address:
      binding?.HostPort === '0'
        ? `a free port of ${binding.HostIp}`
        : `${binding?.HostIp ?? ''}:${binding?.HostPort ?? ''}`,
    readOnly: host.ReadonlyRootfs,
    droppedCapabilities: host.CapDrop,
    securityOptions: host.SecurityOpt,
    memoryBytes: host.Memory,
    processes: host.PidsLimit,
    restart: RestartPolicy?.Name,
  }
}

/** All containers of a deployment, running or not. */
export function findContainers(
  docker: Docker,
  place: Pick<DeploymentSpec, 'workspace' | 'deployment'>,
): Promise<Docker.ContainerInfo[]> {
  const label = [`${workspaceLabel}=${place.workspace}`, `${deploymentLabel}=${place.deployment}`]
  return docker.listContainers({ all: true, filters: { label } })
}

/** The container that serves: of those that run the one with a published port, else the one that bears the name. */
export function liveOf(
  containers: readonly Docker.ContainerInfo[],
  place: Pick<DeploymentSpec, 'workspace' | 'deployment'>,
): Docker.ContainerInfo | undefined {
  const named = containers.find(({ Names }) => Names.includes(`/${containerName(place)}`))
  return containers.find(each => each.State === 'running' && publishedPort(each) !== null) ?? named
}

/** What a person calls it. */
export function nameOf({ Names }: Docker.ContainerInfo): string {
  return Names[0]?.replace(/^\//, '') ?? ''
}

/** What a container was made of. */
export function imageOf({ Image, Labels }: Docker.ContainerInfo): PreparedImage {
  const ownImages = Labels[ownImagesLabel]?.split(',') ?? []
  return { image: Image, imageDigest: Labels[imageDigestLabel] ?? null, ownImages }
}

/** The model that a container serves, as it says itself. */
export function modelOf({ Labels }: Docker.ContainerInfo): { model: string; version: string } {
  return { model: Labels[modelLabel] ?? 'what was there', version: Labels[versionLabel] ?? '' }
}

export function publishedPort(container: Docker.ContainerInfo): number | null {
  const port = container.Ports.find(({ PrivatePort, PublicPort }) => PrivatePort === containerPort && PublicPort)
  return port?.PublicPort ?? null
}

/** The last lines that a container wrote. */
export async function containerLog(container: Docker.Container): Promise<string> {
  const raw = await container.logs({ stdout: true, stderr: true, tail: 12 }).catch(() => Buffer.alloc(0))
  return unframed(raw).trim().slice(-2000)
}

/** Without a terminal Docker frames its log: stream, three zeros, length, bytes. */
export function unframed(raw: Buffer): string {
  const lines: string[] = []
  for (let at = 0; at + 8 <= raw.length; ) {
    const length = raw.readUInt32BE(at + 4)
    lines.push(raw.toString('utf8', at + 8, at + 8 + length))
    at += 8 + length
  }
  return lines.join('')
}
