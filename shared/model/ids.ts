import { z } from 'zod'

/** A name that a person gives: 1–128 characters, no control characters, no `:` or `@` (they select version and alias). */
export const Name = z
  .string()
  .min(1, 'A name needs at least one character')
  .max(128, 'A name has at most 128 characters')
  .regex(/^[^\p{Cc}:@/\\]+$/u, 'A name holds no ":", "@", "/", "\\" or control characters')
  .refine(name => name.trim() === name && name !== '.' && name !== '..', 'A name neither starts nor ends with a space')

export const Id = z.string().min(1).max(64)
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 is 64 lower-case hexadecimal digits')
/** `sha256:` and 64 digits: the way digests of bundles and images are written. */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
/** Milliseconds since 1970 UTC. */
export const TimeMs = z.number().int()
/** `name`, `name:3` (a version) or `name@alias`. */
export const ModelReference = z.string().min(1).max(300)
/** `name` or `name:2` (a version; the newest without). */
export const DatasetReference = z.string().min(1).max(300)

export interface ParsedReference {
  name: string
  version?: number
  alias?: string
}

/** Splits `name`, `name:3`, `name@alias`; null when it is none of them. */
export function parseReference(reference: string): ParsedReference | null {
  const match = /^([^:@]+)(?::(\d{1,9})|@([^:@]+))?$/u.exec(reference)
  if (!match) return null
  const [, name, version, alias] = match
  return { name: name!, ...(version ? { version: Number(version) } : {}), ...(alias ? { alias } : {}) }
}
