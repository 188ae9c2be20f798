import { create } from 'zustand'
import { AppError, toAppError } from '../../shared/errors.ts'
import {
  freshNonce,
  isProof,
  lockedOut,
  type PageSession,
  type ProofKey,
  proofKey,
  prove,
  sessionHeaders,
  sessionPaths,
} from '../../shared/lib/proof.ts'

/**
 * How this page is let in. What lies in the browser's storage, the token, is worth something to the engine process that gave it alone. What a
 * later engine on the same port is joined by lies in this page's memory: before anything is sent to it, it shows that it
 * knows the secret, which neither of the two says. In the desktop shell none of this is there: main asks the engine.
 */
const stored = 'lathe token'
const refusal = new AppError('unauthorized', lockedOut.message, { mend: lockedOut.mend })

/** Behind the scheme of the desktop shell main asks the engine, with a token of its own. */
const isForwarded = window.location.protocol === 'app:'

/** Why this page is not let in; null while it is, or nobody answers. */
export const useSession = create<{ refusal: AppError | null }>(() => ({ refusal: null }))

let token: string | null = null
let rejoinKey: ProofKey | null = null
/** Taken from the address, not yet given. */
let ticket: string | null = null
/** Settled once the engine that listens now is known to be ours; null when that has to be shown again. */
let entered: Promise<void> | null = null

/** The connection broke: who listens there now shows that it is our engine before it hears more. */
export function distrust(): void {
  entered = null
}

/** An address with a ticket that is put into the bar of this page's window loads nothing anew. */
window.addEventListener('hashchange', () => void callHeaders().catch(() => {}))

/** The headers of a call, once there is an engine that may have them. Throws `unauthorized`, or a TypeError when nobody answers. */
export async function callHeaders(): Promise<Record<string, string>> {
  if (isForwarded) return {}
  takeTicket()
  entered ??= enter().catch(failure => {
    entered = null
    throw failure
  })
  await entered
  return token === null ? {} : { authorization: `Bearer ${token}` }
}

/** `fetch` for the engine: with the token, and once more where the engine that gave it has ended meanwhile. */
export async function callEngine(request: Request, init?: RequestInit): Promise<Response> {
  const again = isForwarded ? null : request.clone()
  const answer = await send(request, init)
  if (answer.status !== 401 || again === null) return answer
  distrust()
  return send(again, init)
}

async function send(request: Request, init?: RequestInit): Promise<Response> {
  for (const [name, value] of Object.entries(await callHeaders())) request.headers.set(name, value)
  try {
    return await fetch(request, init)
  } catch (failure) {
    if (failure instanceof TypeError) distrust()
    throw failure
  }
}

async function enter(): Promise<void> {
  try {
    await keep(rejoinKey ? await rejoin(rejoinKey) : await comeIn())
    useSession.setState({ refusal: null })
  } catch (failure) {
    const error = toAppError(failure)
    if (error.code === 'unauthorized') useSession.setState({ refusal: error })
    throw failure
  }
}

async function keep({ token: given, rejoin: secret }: PageSession): Promise<void> {
  token = given
  localStorage.setItem(stored, given)
  // Without a secure context (another machine, by `serve --host`) a page lives as long as its engine.
  if (isSecureContext) rejoinKey ??= await proofKey(secret)
}

const post = (path: string, headers: Record<string, string>) => fetch(path, { method: 'POST', headers })

/** From the address, which it leaves at once. */
function takeTicket(): void {
  const found = new URLSearchParams(location.hash.slice(1)).get('ticket')
  if (found === null) return
  ticket = found
  history.replaceState(history.state, '', location.pathname + location.search)
}

/** By a ticket, or by the token of another page of this browser. */
async function comeIn(): Promise<PageSession> {
  if (ticket !== null) {
    const answer = await post(sessionPaths.session, { [sessionHeaders.ticket]: ticket })
    ticket = null
    if (answer.ok) return answer.json()
  }
  const known = localStorage.getItem(stored)
  if (known === null) throw refusal
  const answer = await fetch(sessionPaths.session, { headers: { authorization: `Bearer ${known}` } })
  if (!answer.ok) throw refusal
  return answer.json()
}

async function rejoin(key: ProofKey): Promise<PageSession> {
  const pageNonce = freshNonce()
  const asked = await post(sessionPaths.challenge, { [sessionHeaders.nonce]: pageNonce })
  const { nonce, proof } = (await asked.json().catch(() => ({}))) as { nonce?: unknown; proof?: unknown }
  const challenge = { host: location.host, pageNonce, engineNonce: String(nonce) }
  if (!asked.ok || !(await isProof(String(proof), key, 'engine', challenge))) throw stranger
  const headers = {
    [sessionHeaders.nonce]: challenge.engineNonce,
    [sessionHeaders.proof]: await prove(key, 'page', challenge),
  }
  const answer = await post(sessionPaths.answer, headers)
  if (!answer.ok) throw refusal
  return answer.json()
}

const stranger = new AppError('unreachable', 'Another program listens where the engine of this window did', {
  mend: 'Nothing was sent to it. When it ends, this page joins the engine again; `lathe open` opens another window.',
})
