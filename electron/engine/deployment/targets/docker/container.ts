import type { Docker } from '../../../clients/index.ts'
import { bundleLabel, containerPort, slugOf } from '../../../packaging/index.ts'
import type { DeploymentSpec } from '../target.ts'

/** How our containers are found again, whatever else was lost. */
const workspaceLabel = 'lathe.workspace'
const deploymentLabel = 'lathe.deployment'
const ownImageLabel = 'lathe.own-image'
const imageDigestLabel = 'lathe.image-digest'

const memoryBytes = 1024 ** 3

export interface PreparedImage {
  image: string
  /** Of the manifest, where Lathe wrote or pushed it. */
  imageDigest: string | null
  /** The engine has it for this deployment only: it goes with it. */
  isOwn: boolean
}

/** The tag of an image that was made for one deployment only, and goes with it. */
export function ownTag(spec: Pick<DeploymentSpec, 'workspace' | 'deployment' | 'version'>): string {
  return `lathe-deployment/${slugOf(spec.workspace)}/${slugOf(spec.deployment)}:${spec.version}`
}

export function containerName(spec: Pick<DeploymentSpec, 'workspace' | 'deployment'>): string {
  return `lathe-${slugOf(spec.deployment)}-${slugOf(spec.workspace).slice(-8)}`
}

/** Locked down: read-only root, no capability, no new privilege, bounded memory and processes, only this machine may ask. */
export function containerOptions(
  spec: DeploymentSpec,
  { image, imageDigest, isOwn, port }: PreparedImage & { port: number },
): Docker.ContainerCreateOptions {
  return {
    name: containerName(spec),
    Image: image,
    Labels: {
      [workspaceLabel]: spec.workspace,
      [deploymentLabel]: spec.deployment,
      [bundleLabel]: spec.bundleDigest,
      ...(isOwn ? { [ownImageLabel]: image } : {}),
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

/** All containers of a deployment, running or not. */
export function findContainers(
  docker: Docker,
  place: Pick<DeploymentSpec, 'workspace' | 'deployment'>,
): Promise<Docker.ContainerInfo[]> {
  const label = [`${workspaceLabel}=${place.workspace}`, `${deploymentLabel}=${place.deployment}`]
  return docker.listContainers({ all: true, filters: { label } })
}

/** What a container was made of. */
export function imageOf({ Image, Labels }: Docker.ContainerInfo): PreparedImage {
  const own = Labels[ownImageLabel]
  return { image: own ?? Image, imageDigest: Labels[imageDigestLabel] ?? null, isOwn: own !== undefined }
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
