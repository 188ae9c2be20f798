import { AppError } from '../../../shared/errors.ts'
import { sha256 } from '../base/index.ts'

/**
 * A name that image repositories and Kubernetes take (lower case, digits, dashes, at most 50 characters) for any name a
 * person gives. A name that is not one already gets a piece of its SHA-256, so that two names never meet.
 */
export function slugOf(name: string): string {
  if (/^[a-z]([a-z0-9-]{0,48}[a-z0-9])?$/.test(name)) return name
  const letters = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^[^a-z]+|-+$/g, '')
  return `${letters || 'model'}-${sha256(name).slice(0, 8)}`
}

/** The tag that a model's image gets in a Docker engine when the user names none. */
export function defaultTag(model: string, version: number): string {
  return `lathe/${slugOf(model)}:${version}`
}

/** `name` or `name:tag` as Docker takes it, always with a tag. Throws `bad-input`. */
export function checkTag(tag: string): string {
  const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
  const host = 'localhost|[A-Za-z0-9][\\w-]*(?:\\.[\\w-]+)+|[A-Za-z0-9][\\w-]*(?=:\\d)'
  const match = new RegExp(`^(?:(?:${host})(?::\\d+)?/)?${part}(?:/${part})*(:[\\w][\\w.-]{0,127})?$`).exec(tag)
  if (!match) {
    throw new AppError('bad-input', `"${tag}" is not an image name`, {
      mend: 'Write name:tag in lower case, such as team/model:1.',
    })
  }
  return match[1] ? tag : `${tag}:latest`
}
