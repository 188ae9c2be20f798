import { randomBytes } from 'node:crypto'
import { type AnyRouter, implement, isProcedure, ORPCError } from '@orpc/server'
import { z } from 'zod'
import { type Contract, contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError, toAppError } from '../../../shared/errors.ts'
import type { Logger } from '../base/index.ts'
import type { EventHub } from './event-hub.ts'

/** The whole contract but its event stream, as plain functions. */
export type AllOperations = { [Part in Exclude<keyof Contract, 'events'>]: Operations<Contract[Part]> }

interface PlainProcedure {
  handler(run: (options: { input: unknown; signal?: AbortSignal }) => unknown): unknown
}

/** Makes a router of the plain functions; throws when a procedure of the contract has none, so that nothing is forgotten. */
export function bind(operations: AllOperations, hub: EventHub): AnyRouter {
  const builder = implement(contract)
  const router: Record<string, Record<string, unknown>> = {
    events: { stream: builder.events.stream.handler(({ lastEventId, signal }) => hub.listen(lastEventId, signal)) },
  }
  for (const [part, procedures] of Object.entries(operations)) {
    const builders = builder[part as keyof AllOperations] as unknown as Record<string, PlainProcedure>
    const bound: Record<string, unknown> = {}
    for (const name of Object.keys(contract[part as keyof Contract])) {
      const run = (procedures as Record<string, (input: unknown, options: { signal?: AbortSignal }) => unknown>)[name]
      if (!run) throw new Error(`Nothing answers ${part}.${name}`)
      const procedure = builders[name]!.handler(({ input, signal }) => run(input, { signal }))
      if (!isProcedure(procedure)) throw new Error(`${part}.${name} is no procedure`)
      bound[name] = procedure
    }
    router[part] = bound
  }
  return router as AnyRouter
}

const ValidationIssues = z.object({
  issues: z
    .array(z.object({ message: z.string(), path: z.array(z.union([z.string(), z.number()])).optional() }))
    .min(1),
})

/**
 * Any failure as it crosses the wire: code, status, and the whole AppError as `data`. What was not thrown on purpose is
 * logged once with its stack under an incident id, which is all that the caller learns of it.
 */
export function toWireError(thrown: unknown, logger: Logger): ORPCError<string, unknown> {
  const error = thrown instanceof ORPCError ? fromProtocol(thrown) : toAppError(thrown)
  if (error.code !== 'internal') return wire(error)
  const incident = randomBytes(4).toString('hex')
  logger.error({ err: thrown, incident }, 'internal error')
  return wire(
    new AppError('internal', `Something went wrong inside Lathe (incident ${incident})`, {
      mend: "The engine's log in the workspace tells more under that number.",
      details: { incident },
    }),
  )
}

function wire(error: AppError): ORPCError<string, unknown> {
  return new ORPCError(error.code, { status: error.status, message: error.message, data: error.toJSON() })
}

/** oRPC's own refusals: input that does not fit the contract, an unknown procedure. */
function fromProtocol(error: ORPCError<string, unknown>): AppError {
  const issues = ValidationIssues.safeParse(error.data)
  if (error.code === 'BAD_REQUEST' && issues.success) {
    const [first] = issues.data.issues
    const place = first?.path?.join('.')
    return new AppError('bad-input', place ? `${place}: ${first!.message}` : first!.message, {
      details: { issues: issues.data.issues },
    })
  }
  if (error.code === 'BAD_REQUEST') return new AppError('bad-input', error.message)
  if (error.code === 'NOT_FOUND') return new AppError('not-found', error.message)
  return new AppError('internal', error.message, { cause: error.cause ?? error })
}
