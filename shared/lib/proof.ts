/** Who says that it knows the secret. The two must differ, or one side's proof could be sent back as the other's. */
export type Prover = 'engine' | 'page'

export interface Challenge {
  /** `host:port` as the page's address has it: what is said at one address is worth nothing at another. */
  host: string
  /** Drawn anew by each side. */
  pageNonce: string
  engineNonce: string
}

export type ProofKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const bytes = (text: string) => new TextEncoder().encode(text)

/** A secret as a key that cannot be read out again. Needs a secure context in a page. */
export function proofKey(secret: string): Promise<ProofKey> {
  return crypto.subtle.importKey('raw', bytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
}

function message(prover: Prover, { host, pageNonce, engineNonce }: Challenge): Uint8Array<ArrayBuffer> {
  return bytes(JSON.stringify(['lathe', prover, host, pageNonce, engineNonce]))
}

/** HMAC-SHA-256 as 64 hexadecimal digits: shows that `prover` knows the secret, and does not show the secret. */
export async function prove(key: ProofKey, prover: Prover, challenge: Challenge): Promise<string> {
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, message(prover, challenge)))
  return Array.from(signature, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** In constant time. */
export async function isProof(proof: string, key: ProofKey, prover: Prover, challenge: Challenge): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(proof)) return false
  const signature = Uint8Array.from(proof.match(/../g)!, pair => Number.parseInt(pair, 16))
  return crypto.subtle.verify('HMAC', key, signature, message(prover, challenge))
}

/** 128 random bits as hexadecimal digits. */
export function freshNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Headers in which pages and engine say all of this. */
export const sessionHeaders = { ticket: 'x-lathe-ticket', nonce: 'x-lathe-nonce', proof: 'x-lathe-proof' } as const

/** Paths of the engine that a page without a token may ask; each answers with JSON. */
export const sessionPaths = { session: '/api/session', challenge: '/api/rejoin', answer: '/api/rejoin/answer' } as const

/** Why a page is not let in, for whichever side finds it out. */
export const lockedOut = {
  message: 'This window is not let in: its address was used already, or is that of an engine that has ended',
  mend: '`lathe open` opens another.',
}

/** What a page is let in with: the token ends with the engine, the rejoin secret outlives it on the same port. */
export interface PageSession {
  token: string
  rejoin: string
}
