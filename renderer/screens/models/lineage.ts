import type { Provenance } from '../../../shared/inference/bundle.ts'
import { formatBytes, formatSeconds } from '../../../shared/lib/format.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Deployment, Image, Push } from '../../../shared/model/deployment.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { Endpoint } from '../../../shared/model/monitoring.ts'
import type { Run } from '../../../shared/model/run.ts'
import { pathTo } from '../../components/router.ts'
import { rowsAddress } from '../../components/rows-address.ts'
import { texts } from './texts.ts'

export interface LineageNode {
  id: string
  label: string
  /** A second line. */
  detail: string
  /** The whole of what it is. */
  title: string
  /** Where it opens: a page of its own or, with `facts`, this page with `open` in its address. */
  to: string
  /** All that is known of what has no page. */
  facts?: [name: string, value: string][]
  /** A state in its own word. */
  state?: string
}

/** One step of the way; the steps follow each other from left to right. */
export interface LineageStep {
  title: string
  nodes: LineageNode[]
}

export interface LineageParts {
  version: ModelVersion
  run: Run | null
  dataset: DatasetVersion | null
  /** Of a model from elsewhere. */
  importedFrom: Provenance['imported']
  images: Image[]
  pushes: Push[]
  deployments: Deployment[]
  endpoints: Endpoint[]
}

const short = (digest: string) => digest.replace(/^sha256:/, '').slice(0, 12)

/** The way of a version from the file that it began with to where it answers now. */
export function lineageOf(parts: LineageParts): LineageStep[] {
  const { version, run, dataset, importedFrom, images, pushes, deployments, endpoints } = parts
  const steps: LineageStep[] = []
  const here = pathTo('models', version.model, version.version)
  const openHere = (id: string) => `${here}?${new URLSearchParams({ open: id })}`
  if (version.run === null) {
    steps.push({ title: texts.source, nodes: importedFrom === null ? [] : [fileNode(importedFrom, openHere)] })
  } else {
    const toData = run ? rowsAddress(run.dataset, run.datasetVersion) : ''
    const source = dataset?.source
    steps.push(
      {
        title: texts.source,
        nodes: source
          ? [
              {
                ...plain(source.fileName, short(source.sha256), toData),
                title: texts.fileOf(source.fileName, source.sha256),
              },
            ]
          : [],
      },
      {
        title: texts.dataset,
        nodes: run ? [plain(run.dataset, texts.versionOf(run.datasetVersion), toData)] : [],
      },
      {
        title: texts.run,
        nodes: [plain(run?.name ?? version.run, run?.algorithm ?? '', pathTo('train', version.run))],
      },
    )
  }
  return [
    ...steps,
    {
      title: texts.version,
      nodes: [
        plain(`${version.model}:${version.version}`, version.aliases.join(', ') || short(version.bundleDigest), here),
      ],
    },
    { title: texts.images, nodes: imageNodes(images, pushes, openHere) },
    {
      title: texts.deployments,
      nodes: deployments
        .filter(({ bundleDigest }) => bundleDigest === version.bundleDigest)
        .map(({ deployment, target, status }) => ({
          ...plain(deployment, target, pathTo('deploy', deployment)),
          state: status,
        })),
    },
    {
      title: texts.endpoints,
      nodes: endpoints
        .filter(({ bundleDigest }) => bundleDigest === version.bundleDigest)
        .map(({ endpoint, url, status }) => ({
          ...plain(endpoint, url, pathTo('monitor', endpoint)),
          state: status,
        })),
    },
  ]
}

function plain(label: string, detail: string, to: string): LineageNode {
  return { id: label, label, detail, title: detail ? `${label}, ${detail}` : label, to }
}

type Imported = NonNullable<LineageParts['importedFrom']>

function fileNode({ fileName, sha256, producer }: Imported, openHere: (id: string) => string): LineageNode {
  return {
    ...plain(fileName, texts.imported, openHere(sha256)),
    id: sha256,
    title: texts.fileOf(fileName, sha256),
    facts: [
      [texts.file, fileName],
      [texts.sha256, sha256],
      [texts.producer, producer],
    ],
  }
}

/** One a digest: the same image may have been written and pushed many times. */
function imageNodes(images: Image[], pushes: Push[], openHere: (id: string) => string): LineageNode[] {
  const byDigest = new Map(images.map(image => [image.imageDigest, image]))
  return [...byDigest.values()].map(image => {
    const { imageDigest, imageId, architecture, sizeBytes, seconds, tag } = image
    const same = images.filter(each => each.imageDigest === imageDigest)
    const files = [...new Set(same.flatMap(({ out }) => out ?? []))]
    const refs = [...new Set(pushes.filter(push => push.imageDigest === imageDigest).map(push => push.ref))]
    const place = refs[0] ?? tag ?? image.out?.split(/[\\/]/).at(-1) ?? short(imageDigest)
    return {
      ...plain(place, `${architecture}, ${short(imageDigest)}`, openHere(imageDigest)),
      id: imageDigest,
      title: [imageDigest, ...refs, tag, ...files].filter(Boolean).join('\n'),
      facts: [
        [texts.imageDigest, imageDigest],
        [texts.imageId, imageId],
        [texts.architecture, architecture],
        [texts.size, formatBytes(sizeBytes)],
        [texts.took, formatSeconds(seconds)],
        [texts.tag, tag ?? ''],
        ...refs.map((ref): [string, string] => [texts.pushedAs, ref]),
        ...files.map((file): [string, string] => [texts.file, file]),
      ],
    }
  })
}
