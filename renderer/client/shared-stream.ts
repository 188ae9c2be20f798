import { type Subscription, subscribe } from '../../shared/contract/client.ts'
import type { StreamEvent } from '../../shared/contract/events.ts'
import { engine } from './engine.ts'
import { distrust } from './session.ts'

type Told =
  | { type: 'event'; event: StreamEvent; id: string | undefined }
  | { type: 'connection'; isConnected: boolean }
  /** A page that came later asks how it stands. */
  | { type: 'question' }

const name = 'lathe events'

/**
 * The event stream, one for all pages of this browser: it opens six connections to a host at most, and a stream each would leave none for
 * anything else. The page that holds the lock listens and tells the others; when it goes, the next one goes on from the last event told. A page
 * that joins hears `hello`, and so asks for everything once.
 */
export async function listen({ onEvent, onConnection, signal }: Omit<Subscription, 'after'>): Promise<void> {
  if (!isSecureContext) {
    // A page of another machine (`serve --host`) has no locks: it listens for itself.
    const told = (now: boolean) => {
      if (!now) distrust()
      onConnection?.(now)
    }
    return subscribe(engine, { onEvent, onConnection: told, signal })
  }
  const channel = new BroadcastChannel(name)
  const tell = (told: Told) => channel.postMessage(told)
  let isListening = false
  let isConnected = false
  let hasJoined = false
  let last: string | undefined
  const heard = (told: Told) => {
    if (told.type === 'question') {
      if (isListening) tell({ type: 'connection', isConnected })
      return
    }
    if (told.type === 'connection') {
      isConnected = told.isConnected
      if (!isConnected) distrust()
      onConnection?.(isConnected)
      if (!isConnected || hasJoined || isListening) return
      hasJoined = true
      return onEvent({ type: 'hello', boot: '' }, undefined)
    }
    last = told.id ?? last
    if (told.event.type === 'hello' || told.event.type === 'reset') hasJoined = true
    onEvent(told.event, told.id)
  }
  channel.onmessage = ({ data }: MessageEvent<Told>) => heard(data)
  tell({ type: 'question' })
  const pass = (told: Told) => {
    tell(told)
    heard(told)
  }
  try {
    await navigator.locks.request(name, { signal }, () => {
      isListening = true
      return subscribe(engine, {
        // The client hands out proxies, which no channel takes.
        onEvent: (event, id) => pass({ type: 'event', event: { ...event }, id }),
        onConnection: now => pass({ type: 'connection', isConnected: now }),
        signal,
        ...(last === undefined ? {} : { after: last }),
      })
    })
  } catch (failure) {
    // Waiting for the lock was given up with the page.
    if (!signal.aborted) throw failure
  } finally {
    channel.close()
  }
}
