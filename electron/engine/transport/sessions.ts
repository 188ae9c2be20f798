import { randomBytes } from 'node:crypto'
import { AppError } from '../../../shared/errors.ts'
import {
  type Challenge,
  freshNonce,
  isProof,
  lockedOut,
  type PageSession,
  type ProofKey,
  proofKey,
  prove,
} from '../../../shared/lib/proof.ts'

/** More than a person has windows; older ones give way. */
const keptTickets = 100
const keptChallenges = 100
const answeredWithinMs = 30_000

/**
 * How pages come in. A ticket stands in the address of a new window and is taken once. A window that was open when the last engine of this
 * port ended shows that it knows the rejoin secret, after this engine has shown it too: neither says it, so that a program
 * which took the port meanwhile learns nothing.
 */
export class Sessions {
  readonly #session: PageSession
  readonly #key: Promise<ProofKey>
  readonly #clock: () => number
  readonly #tickets = new Set<string>()
  readonly #challenges = new Map<string, { challenge: Challenge; at: number }>()

  constructor(session: PageSession, clock: () => number) {
    this.#session = session
    this.#key = proofKey(session.rejoin)
    this.#clock = clock
  }

  get session(): PageSession {
    return this.#session
  }

  issue(): string {
    const ticket = randomBytes(24).toString('base64url')
    this.#tickets.add(ticket)
    dropOldest(this.#tickets, keptTickets)
    return ticket
  }

  /** Throws `unauthorized` for a ticket that was taken already, or is none. */
  redeem(ticket: unknown): PageSession {
    if (typeof ticket !== 'string' || !this.#tickets.delete(ticket)) throw refusal
    return this.#session
  }

  /** This engine's proof for a page's nonce, and the nonce that the page has to answer. */
  async challenge(host: string, pageNonce: unknown): Promise<{ nonce: string; proof: string }> {
    if (typeof pageNonce !== 'string' || !/^[0-9a-f]{32}$/.test(pageNonce))
      throw new AppError('bad-input', 'A nonce is 32 hexadecimal digits')
    const challenge = { host, pageNonce, engineNonce: freshNonce() }
    this.#challenges.set(challenge.engineNonce, { challenge, at: this.#clock() })
    dropOldest(this.#challenges, keptChallenges)
    return { nonce: challenge.engineNonce, proof: await prove(await this.#key, 'engine', challenge) }
  }

  /** Throws `unauthorized` unless the proof answers a challenge of the last half minute, which it does once. */
  async rejoin(engineNonce: unknown, proof: unknown): Promise<PageSession> {
    const asked = this.#challenges.get(String(engineNonce))
    this.#challenges.delete(String(engineNonce))
    const isInTime = asked !== undefined && this.#clock() - asked.at <= answeredWithinMs
    if (!isInTime || !(await isProof(String(proof), await this.#key, 'page', asked.challenge))) throw refusal
    return this.#session
  }
}

const refusal = new AppError('unauthorized', lockedOut.message, { mend: lockedOut.mend })

function dropOldest(
  kept: { size: number; keys(): Iterator<string>; delete(key: string): boolean },
  most: number,
): void {
  while (kept.size > most) kept.delete(kept.keys().next().value as string)
}
