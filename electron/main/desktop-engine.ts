import { AppError, toAppError } from '../../shared/errors.ts'
import type { PassphraseAnswer } from '../../shared/shell.ts'
import { latheVersion } from '../../shared/version.ts'
import { clientOf, engineUrl, findEngine, joinEngine, type RuntimeInfo, stopEngine } from '../headless/join-engine.ts'
import type { EngineFiles } from './engine-files.ts'
import { EngineLink } from './engine-link.ts'
import type { Keychain } from './keychain.ts'

export interface DesktopEngineOptions {
  workspace: string
  engine(): Promise<EngineFiles>
  keychain: Keychain
  onTrouble(error: AppError): void
}

const answerTimeoutMs = 3000

/** The engine of this shell's workspace: a Node of its own that outlives the shell while it is needed. */
export class DesktopEngine {
  readonly link: EngineLink
  readonly #options: DesktopEngineOptions
  /** While the engine is being replaced, nobody else starts one. */
  #change: Promise<unknown> = Promise.resolve()

  constructor(options: DesktopEngineOptions) {
    this.#options = options
    this.link = new EngineLink({ join: () => this.#join(), onTrouble: options.onTrouble })
  }

  /** Jobs that are not done; 0 where no engine answers. */
  async countJobs(): Promise<number> {
    return (await this.#openJobs()).length
  }

  /** Asks each of them to end. */
  async cancelJobs(): Promise<void> {
    const engine = await findEngine(this.#options.workspace)
    if (!engine) return
    const jobs = await this.#openJobs()
    await Promise.allSettled(jobs.map(job => clientOf(engine).jobs.cancel({ job })))
  }

  /** Starts the engine anew with a passphrase, and keeps it once it has opened the secrets. */
  async keepPassphrase(passphrase: string): Promise<PassphraseAnswer> {
    const refused = await this.#options.keychain.refusal()
    if (refused !== null) return { refused }
    if ((await this.countJobs()) > 0)
      return { refused: 'The engine starts anew for this: wait until its jobs are done.' }
    const changed = this.#startWith(passphrase)
    this.#change = changed.catch(() => {})
    try {
      await changed
      return { refused: null }
    } catch (thrown) {
      return { refused: toAppError(thrown).message }
    }
  }

  async #startWith(passphrase: string): Promise<void> {
    const { workspace, keychain } = this.#options
    const engine = await this.#options.engine()
    this.link.leave()
    const old = await findEngine(workspace)
    if (old) await stopEngine(old)
    const { unlocked } = await clientOf(await joinEngine(workspace, { ...engine, passphrase })).secrets.status()
    // The command line may have started one in between.
    if (!unlocked) throw new AppError('conflict', 'Another program started the engine meanwhile; try it again')
    await keychain.keep(passphrase)
  }

  async #openJobs(): Promise<string[]> {
    const engine = await findEngine(this.#options.workspace)
    if (!engine) return []
    try {
      const signal = AbortSignal.timeout(answerTimeoutMs)
      const { jobs } = await clientOf(engine).jobs.list({ limit: 500 }, { signal })
      return jobs.filter(({ endedAt }) => endedAt === null).map(({ job }) => job)
    } catch {
      return []
    }
  }

  /** An engine of another version, left by an older app, is replaced unless it has work: its programs may no longer be there. */
  async #join(): Promise<RuntimeInfo> {
    const engine = await this.#joinAny()
    if ((await versionOf(engine)) === latheVersion || (await this.countJobs()) > 0) return engine
    await stopEngine(engine)
    return this.#joinAny()
  }

  async #joinAny(): Promise<RuntimeInfo> {
    const { workspace, keychain } = this.#options
    const engine = await this.#options.engine()
    await this.#change
    const passphrase = await keychain.read()
    try {
      return await joinEngine(workspace, { ...engine, passphrase })
    } catch (thrown) {
      if (passphrase === null || toAppError(thrown).code !== 'secrets-locked') throw thrown
      // The secrets were sealed anew under another one: the engine works without, and says that they are shut.
      await keychain.forget()
      return joinEngine(workspace, engine)
    }
  }
}

async function versionOf(engine: RuntimeInfo): Promise<unknown> {
  const headers = { authorization: `Bearer ${engine.token}` }
  const answer = await fetch(`${engineUrl(engine)}/api/health`, {
    headers,
    signal: AbortSignal.timeout(answerTimeoutMs),
  })
  return ((await answer.json()) as { version?: unknown }).version
}
