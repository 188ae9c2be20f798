import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import type { AliasChange } from '../../../shared/model/model.ts'
import type { EndpointEvent } from '../../../shared/model/monitoring.ts'
import type { DomainContext } from '../jobs/index.ts'
import type { OperationParts } from './operations.ts'
import type { WatchRecord } from './store.ts'

/** How many events of one endpoint are told at most. */
const toldEvents = 1000

/** What happened to an endpoint: marked here, seen by the watcher, and moves of its model's aliases. */
export function eventOperations(
  context: DomainContext,
  { events, models, watcher }: Pick<OperationParts, 'events' | 'models' | 'watcher'>,
  recordOf: (name: string) => WatchRecord,
): Pick<Operations<Contract['monitoring']>, 'events' | 'mark' | 'unmark'> {
  const changed = (name: string) => context.events.publish({ type: 'changed', entity: 'endpoint', id: name })
  return {
    events({ endpoint: name }) {
      const { model, createdAt } = watcher.shown(recordOf(name))
      const moves = model === null ? [] : models.aliasHistory(model).filter(({ at }) => at >= createdAt)
      const all: EndpointEvent[] = [...events.list(name), ...moves.map(move => aliasEvent(name, move))]
      return { events: all.sort((a, b) => b.at - a.at).slice(0, toldEvents) }
    },

    mark({ endpoint: name, text, at }) {
      recordOf(name)
      const event = events.add({ endpoint: name, at: at ?? context.clock(), kind: 'mark', text })
      changed(name)
      return event
    },

    unmark({ endpoint: name, event: id }) {
      recordOf(name)
      const event = events.get(name, id)
      if (!event) {
        throw new AppError('not-found', `"${name}" has no event ${id}`, { mend: '`lathe events NAME` lists them.' })
      }
      events.remove(id)
      changed(name)
      return event
    },
  }
}

function aliasEvent(endpoint: string, { model, alias, to, at, reason }: AliasChange): EndpointEvent {
  const move = to === null ? `${model}@${alias} names no version` : `${model}@${alias} names version ${to}`
  return { event: null, endpoint, at, kind: 'alias', text: reason ? `${move}: ${reason}` : move }
}
