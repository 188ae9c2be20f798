import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreamEvent } from '../../../shared/contract/events.ts'
import { bundleFiles, bundleManifestText, type ReferenceProfile } from '../../../shared/inference/bundle.ts'
import type { DriftAnswer, DriftWindow } from '../../../shared/inference/drift-window.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import { createLogger, sha256, systemClock } from '../base/index.ts'
import type { DomainContext, Submission } from '../jobs/index.ts'
import { openRegistry, type Registry } from '../registry/index.ts'
import { createUploads, type UploadService } from '../uploads/index.ts'

/** A model of one number and one category, as a bundle tells its training rows. */
export const profile: ReferenceProfile = {
  formatVersion: 1,
  rows: 1000,
  columns: [
    {
      name: 'size',
      kind: 'number',
      edges: Array.from({ length: 19 }, (_, i) => i + 1),
      counts: new Array<number>(20).fill(50),
      missing: 0,
      min: 0,
      max: 20,
    },
    { name: 'colour', kind: 'category', labels: ['red', 'blue'], counts: [600, 400, 0], missing: 0 },
  ],
  predictions: [{ name: 'class', kind: 'category', labels: ['yes', 'no'], counts: [500, 500, 0], missing: 0 }],
}
const signature: Signature = {
  formatVersion: 1,
  task: 'binary',
  target: 'answer',
  columns: [
    { name: 'size', type: 'number' },
    { name: 'colour', type: 'text' },
  ],
  inputs: [],
  outputs: { probabilities: 'probabilities', value: null },
  classes: ['yes', 'no'],
}

export interface Bench {
  context: DomainContext
  registry: Registry
  uploads: UploadService
  published: StreamEvent[]
  submitted: Submission<unknown>[]
  bundleDigest: string
  now: { ms: number | null }
  serve(listener: RequestListener): Promise<string>
  close(): Promise<void>
}

/** A real registry with one real bundle in it, and servers that end with the test. */
export async function makeBench(): Promise<Bench> {
  const workspace = await mkdtemp(join(tmpdir(), 'lathe-monitoring-'))
  const registry = await openRegistry(workspace, { nowMs: systemClock() })
  const folder = await mkdtemp(join(tmpdir(), 'lathe-bundle-'))
  const contents = {
    profile: JSON.stringify(profile),
    signature: JSON.stringify(signature),
  }
  const files = []
  for (const role of ['profile', 'signature'] as const) {
    await writeFile(join(folder, bundleFiles[role]), contents[role])
    files.push({
      path: bundleFiles[role],
      sha256: sha256(contents[role]),
      sizeBytes: contents[role].length,
      role,
    })
  }
  await writeFile(join(folder, 'bundle.json'), bundleManifestText(files))
  const bundle = await registry.bundles.adopt(folder)
  registry.bundles.record(bundle, systemClock())
  const uploads = createUploads({ workspace, clock: systemClock })
  const servers: Server[] = []
  const published: StreamEvent[] = []
  const submitted: Submission<unknown>[] = []
  const now: Bench['now'] = { ms: null }
  const context: DomainContext = {
    registry,
    events: { publish: event => published.push(event) },
    clock: () => now.ms ?? systemClock(),
    logger: createLogger({ file: join(workspace, 'engine.log') }),
    jobs: {
      result: () => Promise.reject(new Error('no job runs here')),
      newJobId: () => 'job-1',
      folderOf: job => join(workspace, 'jobs', job),
      submit(submission) {
        submitted.push(submission as Submission<unknown>)
        return {
          job: 'job-1',
          kind: submission.kind,
          title: submission.title,
          status: 'queued',
          fraction: null,
          phase: 'queued',
          secondsLeft: null,
          subject: submission.subject ?? null,
          createdAt: 0,
          startedAt: null,
          endedAt: null,
          error: null,
        }
      },
    },
  }
  return {
    context,
    registry,
    uploads,
    published,
    submitted,
    bundleDigest: bundle.digest,
    now,
    async serve(listener) {
      const server = createServer(listener)
      servers.push(server)
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
      registry.close()
      await rm(workspace, { recursive: true, force: true })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Counts of rows that look like the training rows (`shift` 0) or whose sizes crowd into the upper bins. */
export function windowOf(rows: number, options: Partial<DriftWindow> & { shift?: number } = {}): DriftWindow {
  const { shift = 0, ...rest } = options
  const bins = new Map<number, number>()
  for (let i = 0; i < rows; i += 1) {
    const bin = Math.min(19, (i % 20) + shift)
    bins.set(bin, (bins.get(bin) ?? 0) + 1)
  }
  const red = Math.round(rows * 0.6)
  const yes = Math.round(rows / 2)
  return {
    replica: 'one',
    boot: 'first',
    sequence: rows,
    startMs: 1_800_000_000_000,
    spanMs: 60_000,
    rows,
    errors: 0,
    columns: [
      { name: 'size', bins: [...bins].sort(([a], [b]) => a - b), missing: 0 },
      {
        name: 'colour',
        bins: [
          [0, red],
          [1, rows - red],
        ],
        missing: 0,
      },
    ],
    predictions: [
      {
        name: 'class',
        bins: [
          [0, yes],
          [1, rows - yes],
        ],
        missing: 0,
      },
    ],
    latency: [rows, 0, 0],
    ...rest,
  }
}

export function answerOf(
  bundleDigest: string,
  binSetDigest: string,
  windows: DriftWindow[],
  version: number | null = 1,
): DriftAnswer {
  return {
    formatVersion: 1,
    model: { name: 'sizes', version, digest: bundleDigest },
    binSetDigest,
    latencyBoundsMs: [1, 10],
    windows,
  }
}
