import { moment, wholeNumber } from '../options.ts'
import { textTable } from '../text-table.ts'
import { time } from '../values.ts'
import { defineVerb } from '../verb.ts'

interface EventFlags {
  mark?: string
  at?: number
  remove?: number
}

export const eventsVerb = defineVerb<EventFlags>({
  name: 'events',
  summary: 'list what happened to an endpoint, mark something, or take a mark away',
  arguments: '<endpoint>',
  configure: command => {
    command
      .option('--mark <text>', 'write down something that happened (at most 200 characters)')
      .option('--at <time>', 'with --mark: when (ISO 8601); now when left out', moment)
      .option('--remove <event>', 'take an event away, by its number', wholeNumber(1, 2 ** 31))
  },
  async run(context, [endpoint], { mark, at, remove }) {
    const client = await context.client()
    if (mark !== undefined) {
      const event = await client.monitoring.mark({ endpoint: endpoint!, text: mark, at })
      return { json: event, text: `Marked as event ${event.event} at ${time(event.at)}` }
    }
    if (remove !== undefined) {
      const event = await client.monitoring.unmark({ endpoint: endpoint!, event: remove })
      return { json: event, text: `Event ${event.event} is gone; it was at ${time(event.at)}` }
    }
    const answer = await client.monitoring.events({ endpoint: endpoint! })
    const text = textTable(
      answer.events,
      [
        { title: 'event', value: row => row.event, right: true },
        { title: 'at', value: row => time(row.at) },
        { title: 'kind', value: row => row.kind },
        { title: 'what', value: row => row.text },
      ],
      'Nothing happened yet: lathe events ENDPOINT --mark TEXT',
    )
    return { json: answer, text }
  },
})
