import { getEventMeta } from '@orpc/server'
import { expect, test } from 'vitest'
import type { StreamEvent } from '../../../shared/contract/events.ts'
import { EventHub } from './event-hub.ts'

const changed = (id: number): StreamEvent => ({ type: 'changed', entity: 'run', id: String(id) })

async function take(hub: EventHub, count: number, lastEventId?: string): Promise<StreamEvent[]> {
  const abort = new AbortController()
  const taken: StreamEvent[] = []
  for await (const event of hub.listen(lastEventId, abort.signal)) {
    taken.push(event)
    if (taken.length === count) abort.abort()
  }
  return taken
}

test('a new listener hears hello and then what happens from now on', async () => {
  const hub = new EventHub('b')
  hub.publish(changed(1))
  const taking = take(hub, 3)
  await new Promise(resolve => setImmediate(resolve))
  hub.publish(changed(2))
  hub.publish(changed(3))
  const [hello, ...rest] = await taking
  expect(hello).toEqual({ type: 'hello', boot: 'b' })
  expect(rest).toEqual([changed(2), changed(3)])
  expect(getEventMeta(rest[1]!)?.id).toBe('b:3')
  expect(hub.listeners).toBe(0)
})

test('a listener that comes back misses nothing and hears nothing twice', async () => {
  const hub = new EventHub('b')
  for (let i = 1; i <= 100; i += 1) hub.publish(changed(i))
  expect(await take(hub, 60, 'b:40')).toEqual(Array.from({ length: 60 }, (_, i) => changed(i + 41)))
})

test('another engine, or events long gone, are answered with a reset', async () => {
  const hub = new EventHub('b')
  hub.publish(changed(1))
  expect(await take(hub, 1, 'old:1')).toEqual([{ type: 'reset', boot: 'b' }])
  for (let i = 0; i < 20_000; i += 1) hub.publish(changed(i))
  expect(await take(hub, 1, 'b:1')).toEqual([{ type: 'reset', boot: 'b' }])
  expect(await take(hub, 1, 'b:nonsense')).toEqual([{ type: 'reset', boot: 'b' }])
})
