import { AppError } from '../../../shared/errors.ts'

export interface ImageReference {
  /** As written: `registry.example.org:5000`. */
  host: string
  /** Path inside the registry: `team/model`. */
  repository: string
  tag: string | null
  digest: string | null
}

/**
 * Reads `HOST/path:tag` or `HOST/path@sha256:…`. The host must be named: Lathe has no registry of its own choice. Throws
 * `bad-input`.
 */
export function parseImageReference(text: string): ImageReference {
  const match =
    /^([a-z0-9.-]+(?::\d+)?|\[[0-9a-f:]+\](?::\d+)?)\/([a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      text,
    )
  const host = match?.[1] ?? ''
  const namesHost = /[.:]/.test(host) || host === 'localhost'
  if (!match || !namesHost) {
    throw new AppError('bad-input', `"${text}" is not an image reference with a registry`, {
      mend: 'Write HOST/path:tag, such as registry.example.org/team/model:1 (path in lower case).',
    })
  }
  return { host, repository: match[2]!, tag: match[3] ?? (match[4] ? null : 'latest'), digest: match[4] ?? null }
}
