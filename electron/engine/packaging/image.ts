import { canonicalJson } from '../../../shared/lib/canonical-json.ts'
import type { Architecture } from '../../../shared/model/deployment.ts'
import { latheVersion } from '../../../shared/version.ts'
import { sha256 } from '../base/index.ts'
import type { Layer } from './layer.ts'

export interface ImageLayer extends Layer {
  /** Absolute path of the gzip bytes. */
  file: string
  /** What `docker history` shows. */
  purpose: string
}

export interface ImageFacts {
  architecture: Architecture
  model: string
  version: number
  bundleDigest: string
}

/** An image as bytes and layer files; what is written, loaded and pushed. */
export interface ComposedImage {
  architecture: Architecture
  config: Buffer
  manifest: Buffer
  /** Of the manifest. */
  imageDigest: string
  /** Of the configuration. */
  imageId: string
  layers: ImageLayer[]
  /** Of configuration, manifest and compressed layers: what a first push sends. */
  sizeBytes: number
}

export const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const configType = 'application/vnd.oci.image.config.v1+json'
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip'

/** Where the server listens inside the container. */
export const containerPort = 8080
/** User and group that the server runs as: nobody's, without a name on any host. */
export const containerUser = 65532
export const bundleLabel = 'lathe.bundle-digest'

const healthCheck = `require('node:http').get('http://127.0.0.1:${containerPort}/health/ready',r=>process.exit(r.statusCode===200?0:1)).on('error',()=>process.exit(1))`
const secondNs = 1_000_000_000

/** Puts layers together. Nothing in it tells when or where it was made: the same model gives the same image digest. */
export function composeImage(layers: readonly ImageLayer[], facts: ImageFacts): ComposedImage {
  const labels = {
    'org.opencontainers.image.title': facts.model,
    'org.opencontainers.image.version': String(facts.version),
    'org.opencontainers.image.description': `Model ${facts.model} version ${facts.version}, served by Lathe ${latheVersion}`,
    'org.opencontainers.image.base.name': 'lathe',
    [bundleLabel]: facts.bundleDigest,
    'lathe.model': facts.model,
    'lathe.model-version': String(facts.version),
    'lathe.version': latheVersion,
  }
  const created = '1970-01-01T00:00:00Z'
  const config = jsonBytes({
    architecture: facts.architecture,
    os: 'linux',
    created,
    config: {
      User: `${containerUser}:${containerUser}`,
      WorkingDir: '/app',
      Env: ['PATH=/usr/bin', 'NODE_ENV=production', 'ORT_DISABLE_TELEMETRY=1'],
      Entrypoint: ['/usr/bin/node', '/app/main.js'],
      Cmd: [
        ...['--bundle', '/bundle', `--name=${facts.model}`, '--version', String(facts.version)],
        ...['--host', '0.0.0.0', '--port', String(containerPort)],
      ],
      ExposedPorts: { [`${containerPort}/tcp`]: {} },
      Labels: labels,
      StopSignal: 'SIGTERM',
      Healthcheck: {
        Test: ['CMD', '/usr/bin/node', '-e', healthCheck],
        Interval: 30 * secondNs,
        Timeout: 5 * secondNs,
        StartPeriod: 15 * secondNs,
        Retries: 3,
      },
    },
    rootfs: { type: 'layers', diff_ids: layers.map(layer => layer.diffId) },
    history: layers.map(layer => ({ created, created_by: 'lathe', comment: layer.purpose })),
  })
  const imageId = `sha256:${sha256(config)}`
  const manifest = jsonBytes({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: configType, digest: imageId, size: config.length },
    layers: layers.map(layer => ({ mediaType: layerType, digest: layer.digest, size: layer.sizeBytes })),
    annotations: labels,
  })
  return {
    architecture: facts.architecture,
    config,
    manifest,
    imageDigest: `sha256:${sha256(manifest)}`,
    imageId,
    layers: [...layers],
    sizeBytes: layers.reduce((sum, layer) => sum + layer.sizeBytes, config.length + manifest.length),
  }
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value))
}
