import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { AppError } from '../../../shared/errors.ts'
import { sha256 } from '../base/index.ts'
import { type HttpAnswer, type HttpOptions, httpRequest } from './http.ts'
import type { ImageReference } from './image-reference.ts'
import type { RegistryLogin } from './registry-login.ts'

export interface Blob {
  digest: string
  sizeBytes: number
  /** A fresh stream of its bytes at each call: an upload may be tried again. */
  open(): Readable
}

export interface RegistryOptions {
  plainHttp?: boolean
  /** PEM file with the certificate authority of the registry. */
  caFile?: string
  login?: RegistryLogin | null
  signal?: AbortSignal
}

type RequestPart = Omit<HttpOptions, 'why'>

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]
const uploadAttempts = 3

/** One repository of an OCI registry, over the Distribution API v2. Talks to that registry and its token service only. */
export class OciRepository {
  readonly #reference: ImageReference
  readonly #options: RegistryOptions
  readonly #base: string
  readonly #ca: string | undefined
  #authorization: string | null = null

  private constructor(reference: ImageReference, options: RegistryOptions, ca: string | undefined) {
    this.#reference = reference
    this.#options = options
    this.#ca = ca
    const host = reference.host === 'docker.io' ? 'registry-1.docker.io' : reference.host
    this.#base = `${options.plainHttp ? 'http' : 'https'}://${host}`
  }

  /** Opens the repository: the registry is there, speaks the API, and lets us in. Throws `unreachable`, `registry-refused`. */
  static async open(reference: ImageReference, options: RegistryOptions = {}): Promise<OciRepository> {
    const ca = options.caFile === undefined ? undefined : await readCa(options.caFile)
    const repository = new OciRepository(reference, options, ca)
    const answer = await repository.#call('/v2/')
    if (answer.status !== 200) throw repository.#refusal(answer, 'does not speak the registry API')
    return repository
  }

  async hasBlob(digest: string): Promise<boolean> {
    const answer = await this.#call(`/v2/${this.#reference.repository}/blobs/${digest}`, { method: 'HEAD' })
    if (answer.status === 200) return true
    if (answer.status === 404) return false
    throw this.#refusal(answer, `would not say whether it has ${digest}`)
  }

  /**
   * Makes sure that the repository has a blob: asks first, then tries to mount it from `mountFrom` (repositories of the
   * same registry), then sends it. Gives the bytes sent. A broken connection is tried again from the start of the blob.
   */
  async pushBlob(
    blob: Blob,
    options: { mountFrom?: readonly string[]; sent?(bytes: number): void } = {},
  ): Promise<number> {
    if (await this.hasBlob(blob.digest)) return 0
    for (const from of options.mountFrom ?? []) {
      if (from !== this.#reference.repository && (await this.#mount(blob.digest, from))) return 0
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#upload(blob, options.sent)
        return blob.sizeBytes
      } catch (error) {
        const isFinal = !(error instanceof AppError) || !error.retryable || attempt === uploadAttempts
        if (isFinal || this.#options.signal?.aborted) throw error
        await new Promise(resolve => setTimeout(resolve, 300 * attempt))
      }
    }
  }

  /** Writes the manifest under the reference's tag (or its digest) and holds the registry's digest against ours. */
  async pushManifest(bytes: Uint8Array, mediaType: string): Promise<{ digest: string; sentBytes: number }> {
    const digest = `sha256:${sha256(bytes)}`
    const answer = await this.#call(`/v2/${this.#reference.repository}/manifests/${this.#reference.tag ?? digest}`, {
      method: 'PUT',
      headers: { 'content-type': mediaType, 'content-length': bytes.length },
      body: bytes,
    })
    if (answer.status !== 201) throw this.#refusal(answer, 'did not take the manifest')
    const theirs = answer.headers['docker-content-digest']
    if (theirs !== undefined && theirs !== digest) {
      throw new AppError('digest-mismatch', `${this.#reference.host} stored the manifest as ${theirs}, not ${digest}`)
    }
    return { digest, sentBytes: bytes.length }
  }

  /** The digest that the reference stands for now; null when there is no such manifest. */
  async resolveDigest(): Promise<string | null> {
    const name = this.#reference.digest ?? this.#reference.tag
    const answer = await this.#call(`/v2/${this.#reference.repository}/manifests/${name}`, {
      method: 'HEAD',
      headers: { accept: manifestTypes.join(', ') },
    })
    if (answer.status === 404) return null
    if (answer.status !== 200) throw this.#refusal(answer, 'would not show the manifest')
    const digest = answer.headers['docker-content-digest']
    return typeof digest === 'string' ? digest : null
  }

  async #mount(digest: string, from: string): Promise<boolean> {
    const query = new URLSearchParams({ mount: digest, from })
    const answer = await this.#call(`/v2/${this.#reference.repository}/blobs/uploads/?${query}`, { method: 'POST' })
    if (answer.status === 202 && answer.headers.location) {
      await this.#call(this.#resolve(answer.headers.location), { method: 'DELETE' })
    }
    return answer.status === 201
  }

  async #upload(blob: Blob, sent?: (bytes: number) => void): Promise<void> {
    const start = await this.#call(`/v2/${this.#reference.repository}/blobs/uploads/`, { method: 'POST' })
    if (start.status !== 202 || !start.headers.location) throw this.#refusal(start, 'did not start an upload')
    const target = new URL(this.#resolve(start.headers.location))
    target.searchParams.set('digest', blob.digest)
    const body = blob.open()
    if (sent) body.on('data', (chunk: Buffer) => sent(chunk.length))
    const answer = await this.#call(target.href, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', 'content-length': blob.sizeBytes },
      body,
    })
    if (answer.status === 400 && /DIGEST_INVALID/.test(answer.body.toString('utf8'))) {
      throw new AppError('digest-mismatch', `${this.#reference.host} received other bytes than ${blob.digest}`)
    }
    if (answer.status !== 201) throw this.#refusal(answer, `did not take the layer ${blob.digest}`)
  }

  #resolve(location: string): string {
    return new URL(location, this.#base).href
  }

  /** One call, signed in as the registry asks. A stream cannot be sent twice, so uploads come after a first plain call. */
  async #call(path: string, options: RequestPart = {}): Promise<HttpAnswer> {
    const first = await this.#send(path, options)
    if (first.status !== 401 || isStream(options.body)) return first
    this.#authorization = await this.#signIn(first)
    const second = await this.#send(path, options)
    if (second.status === 401) throw this.#loginRefused()
    return second
  }

  async #send(path: string, options: RequestPart): Promise<HttpAnswer> {
    const url = this.#resolve(path)
    // A blob store on another host must not be shown the registry's credentials.
    const isOwn = new URL(url).host === new URL(this.#base).host
    return this.#request(url, {
      ...options,
      headers: {
        ...options.headers,
        ...(this.#authorization && isOwn ? { authorization: this.#authorization } : {}),
      },
    })
  }

  async #request(url: string, options: RequestPart): Promise<HttpAnswer> {
    const { signal } = this.#options
    try {
      return await httpRequest(url, {
        ...options,
        why: 'image registry',
        signal,
        connection: this.#ca ? { ca: this.#ca } : {},
      })
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (error instanceof AppError) throw error
      throw connectionFailure(new URL(url).host, error, this.#options)
    }
  }

  /** The value of the Authorization header that a 401 asks for: Basic, or a token from the service it names. */
  async #signIn(challenge: HttpAnswer): Promise<string> {
    const header = challenge.headers['www-authenticate'] ?? ''
    const { login } = this.#options
    const [scheme = '', ...rest] = header.split(' ')
    const fields = Object.fromEntries(
      [...rest.join(' ').matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
    )
    if (scheme.toLowerCase() === 'basic') {
      if (!login) throw this.#loginRefused()
      return basic(login)
    }
    if (scheme.toLowerCase() !== 'bearer' || !fields.realm) {
      throw new AppError('registry-refused', `${this.#reference.host} asks for a login of an unknown kind: "${header}"`)
    }
    const token = await this.#fetchToken(fields.realm, fields.service)
    return `Bearer ${token}`
  }

  async #fetchToken(realm: string, service: string | undefined): Promise<string> {
    const { login } = this.#options
    const query = new URLSearchParams({
      ...(service ? { service } : {}),
      scope: `repository:${this.#reference.repository}:pull,push`,
    })
    const answer = login?.identityToken
      ? await this.#request(realm, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: `${query}&${new URLSearchParams({ grant_type: 'refresh_token', refresh_token: login.identityToken, client_id: 'lathe' })}`,
        })
      : await this.#request(`${realm}${realm.includes('?') ? '&' : '?'}${query}`, {
          headers: login ? { authorization: basic(login) } : {},
        })
    if (answer.status === 401 || answer.status === 403) throw this.#loginRefused()
    const parsed = parseJson(answer.body) as { token?: string; access_token?: string } | null
    const token = parsed?.token ?? parsed?.access_token
    if (answer.status !== 200 || !token) throw this.#refusal(answer, 'gave no token')
    return token
  }

  #loginRefused(): AppError {
    const { host, repository } = this.#reference
    const message = this.#options.login
      ? `${host} refused the login for ${repository}`
      : `${host} wants a login for ${repository}, and there is none`
    return new AppError('registry-refused', message, {
      mend: `Sign in with \`docker login ${host}\`, or store the secret "registry:${host}" (USER:PASSWORD).`,
    })
  }

  #refusal(answer: HttpAnswer, what: string): AppError {
    if (answer.status === 401) return this.#loginRefused()
    const errors = (parseJson(answer.body) as { errors?: { code?: string; message?: string }[] } | null)?.errors
    const reason = errors?.map(error => error.message ?? error.code).join('; ')
    const text = `${this.#reference.host} ${what} (HTTP ${answer.status}${reason ? `: ${reason}` : ''})`
    if (answer.status === 403) {
      const mend = `The login may not write to ${this.#reference.repository}; ask for the right, or name another path.`
      return new AppError('registry-refused', text, { mend })
    }
    return new AppError(answer.status >= 500 || answer.status === 429 ? 'unreachable' : 'registry-refused', text)
  }
}

function isStream(body: RequestPart['body']): boolean {
  return body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)
}

function basic(login: RegistryLogin): string {
  return `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}

async function readCa(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new AppError('bad-input', `The certificate authority file ${file} cannot be read`, { cause: error })
  }
}

const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/

function connectionFailure(host: string, error: unknown, options: RegistryOptions): AppError {
  const code = String((error as { code?: unknown }).code ?? '')
  if (untrusted.test(code)) {
    return new AppError('unreachable', `The certificate of ${host} is not trusted: ${(error as Error).message}`, {
      mend: 'Name the certificate authority of the registry (--ca FILE).',
      cause: error,
    })
  }
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return new AppError('unreachable', `${host} does not speak TLS`, {
      mend: 'If it is a registry that you trust to speak plain HTTP, say so (--plain-http).',
      cause: error,
    })
  }
  return new AppError('unreachable', `The registry ${host} cannot be reached: ${(error as Error).message || code}`, {
    mend: options.plainHttp
      ? 'Is the registry up?'
      : 'Is the registry up? If it speaks plain HTTP, say so (--plain-http).',
    cause: error,
  })
}
