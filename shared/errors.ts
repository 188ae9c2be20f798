/**
 * The closed table of everything that can go wrong, as the user meets it. A code never changes its meaning; a new
 * failure gets a new line here. `status` is the HTTP status at the transport's edge; `retryable` says whether the same
 * call may succeed later without the caller changing anything.
 */
export const errorTable = {
  'bad-input': { status: 400, retryable: false },
  'bad-file': { status: 422, retryable: false },
  'bad-data': { status: 422, retryable: false },
  unauthorized: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  'not-found': { status: 404, retryable: false },
  'already-exists': { status: 409, retryable: false },
  conflict: { status: 409, retryable: true },
  'not-comparable': { status: 409, retryable: false },
  cancelled: { status: 499, retryable: true },
  interrupted: { status: 503, retryable: true },
  'workspace-locked': { status: 423, retryable: true },
  'workspace-unsafe': { status: 412, retryable: false },
  'workspace-read-only': { status: 412, retryable: false },
  'workspace-too-new': { status: 412, retryable: false },
  'registry-corrupt': { status: 500, retryable: false },
  'disk-full': { status: 507, retryable: true },
  'digest-mismatch': { status: 422, retryable: false },
  'check-broken': { status: 409, retryable: false },
  'parity-failed': { status: 422, retryable: false },
  'device-unavailable': { status: 412, retryable: false },
  'out-of-memory': { status: 507, retryable: true },
  'base-missing': { status: 412, retryable: false },
  'docker-unavailable': { status: 503, retryable: true },
  'registry-refused': { status: 502, retryable: false },
  'cluster-unavailable': { status: 503, retryable: true },
  'image-pull-failed': { status: 502, retryable: true },
  'port-taken': { status: 409, retryable: true },
  'not-ready': { status: 503, retryable: true },
  'secrets-locked': { status: 412, retryable: false },
  unreachable: { status: 502, retryable: true },
  'air-gapped': { status: 403, retryable: false },
  unsupported: { status: 501, retryable: false },
  internal: { status: 500, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>

export type ErrorCode = keyof typeof errorTable

export interface ErrorJson {
  code: ErrorCode
  message: string
  /** What the user can do about it, where there is something. */
  mend?: string
  details?: Record<string, unknown>
  cause?: ErrorJson
}

/**
 * The one error that Lathe throws on purpose. The message names the place and what is wrong in one sentence, `mend` what
 * to do. Everything else that is thrown is a bug and becomes `internal` at the edge, by `toAppError`.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly mend?: string
  readonly details?: Record<string, unknown>

  constructor(
    code: ErrorCode,
    message: string,
    options: { mend?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.mend = options.mend
    this.details = options.details
  }

  get status(): number {
    return errorTable[this.code].status
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable
  }

  toJSON(): ErrorJson {
    return {
      code: this.code,
      message: this.message,
      ...(this.mend ? { mend: this.mend } : {}),
      ...(this.details ? { details: this.details } : {}),
      ...(this.cause === undefined ? {} : { cause: toAppError(this.cause).toJSON() }),
    }
  }

  static fromJSON(json: ErrorJson): AppError {
    const code = json.code in errorTable ? json.code : 'internal'
    return new AppError(code, json.message, {
      mend: json.mend,
      details: json.details,
      cause: json.cause ? AppError.fromJSON(json.cause) : undefined,
    })
  }
}

const systemCodes: Record<string, ErrorCode> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EROFS: 'workspace-read-only',
  ECONNREFUSED: 'unreachable',
  ECONNRESET: 'unreachable',
  ENOTFOUND: 'unreachable',
  ETIMEDOUT: 'unreachable',
  EADDRINUSE: 'port-taken',
  SQLITE_FULL: 'disk-full',
  SQLITE_CORRUPT: 'registry-corrupt',
  SQLITE_NOTADB: 'registry-corrupt',
}

/** Any thrown value as an AppError: itself, a known system failure by its code, an abort, or `internal`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (!(thrown instanceof Error)) return new AppError('internal', String(thrown))
  if (thrown.name === 'AbortError') return new AppError('cancelled', 'Cancelled', {})
  const systemCode = systemCodes[String((thrown as { code?: unknown }).code)]
  if (systemCode === 'disk-full') return diskFull(thrown)
  if (systemCode) return new AppError(systemCode, thrown.message)
  return new AppError('internal', thrown.message)
}

/** What a system says of a full disk is no sentence, and names the file only where one was being opened. */
function diskFull(thrown: Error & { path?: unknown }): AppError {
  const place = typeof thrown.path === 'string' ? ` for ${thrown.path}` : ''
  return new AppError('disk-full', `There is no space left on the disk${place}`, {
    mend: 'Free some space on the disk of the workspace, or of the file that was written, and try again.',
    details: { system: thrown.message },
  })
}
