import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Deployment, Image, Push } from '../../../shared/model/deployment.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { Endpoint } from '../../../shared/model/monitoring.ts'
import type { Run } from '../../../shared/model/run.ts'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

export interface LineageNode {
  id: string
  label: string
  /** A second line. */
  detail: string
  /** The whole of what it is. */
  title: string
  /** Where it opens; null for what has no page of its own. */
  to: string | null
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
  importedFrom: string | null
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
  if (version.run === null) {
    steps.push({
      title: texts.source,
      nodes: importedFrom === null ? [] : [{ ...plain(importedFrom, texts.imported), title: importedFrom }],
    })
  } else {
    const toData = dataset ? pathTo('data', dataset.dataset) : null
    steps.push(
      {
        title: texts.source,
        nodes: dataset
          ? [
              {
                ...plain(dataset.source.fileName, short(dataset.source.sha256)),
                title: `${dataset.source.fileName}, SHA-256 ${dataset.source.sha256}`,
                to: toData,
              },
            ]
          : [],
      },
      {
        title: texts.dataset,
        nodes: run ? [{ ...plain(run.dataset, `version ${run.datasetVersion}`), to: pathTo('data', run.dataset) }] : [],
      },
      {
        title: texts.run,
        nodes: [{ ...plain(run?.name ?? version.run, run?.algorithm ?? ''), to: pathTo('train', version.run) }],
      },
    )
  }
  return [
    ...steps,
    {
      title: texts.version,
      nodes: [
        {
          ...plain(`${version.model}:${version.version}`, version.aliases.join(', ') || short(version.bundleDigest)),
          to: pathTo('models', version.model, version.version),
        },
      ],
    },
    { title: texts.images, nodes: imageNodes(images, pushes) },
    {
      title: texts.deployments,
      nodes: deployments
        .filter(({ bundleDigest }) => bundleDigest === version.bundleDigest)
        .map(({ deployment, target, status }) => ({
          ...plain(deployment, target),
          to: pathTo('deploy', deployment),
          state: status,
        })),
    },
    {
      title: texts.endpoints,
      nodes: endpoints
        .filter(({ bundleDigest }) => bundleDigest === version.bundleDigest)
        .map(({ endpoint, url, status }) => ({
          ...plain(endpoint, url),
          to: pathTo('monitor', endpoint),
          state: status,
        })),
    },
  ]
}

function plain(label: string, detail: string): LineageNode {
  return { id: label, label, detail, title: detail ? `${label}, ${detail}` : label, to: null }
}

/** One a digest: the same image may have been written and pushed many times. */
function imageNodes(images: Image[], pushes: Push[]): LineageNode[] {
  const byDigest = new Map(images.map(image => [image.imageDigest, image]))
  return [...byDigest.values()].map(image => {
    const refs = [...new Set(pushes.filter(push => push.imageDigest === image.imageDigest).map(push => push.ref))]
    const place = refs[0] ?? image.tag ?? image.out?.split(/[\\/]/).at(-1) ?? short(image.imageDigest)
    return {
      id: image.imageDigest,
      label: place,
      detail: `${image.architecture}, ${short(image.imageDigest)}`,
      title: [image.imageDigest, ...refs, image.tag, image.out].filter(Boolean).join('\n'),
      to: null,
    }
  })
}
