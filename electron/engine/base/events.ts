import type { StreamEvent } from '../../../shared/contract/events.ts'

/** How domains say that something changed. `transport/` turns it into the event stream; domains never listen to it. */
export interface EventSink {
  publish(event: StreamEvent): void
}
export const noEvents: EventSink = { publish() {} }
