import { useState } from 'react'
import { type AppError, toAppError } from '../../shared/errors.ts'
import { engine } from '../client/engine.ts'
import { ErrorNotice } from './error-notice.tsx'
import { texts } from './texts.ts'

/** Of a model: an alias and the versions that it named before and names now; null where it named, or names, none. */
export interface AliasMove {
  model: string
  alias: string
  from: number | null
  to: number | null
}

/** `force` makes a version champion although its run breaks a pinned check. */
export async function moveAlias({ model, alias, to }: AliasMove, reason: string, force = false): Promise<void> {
  if (to === null) await engine.models.removeAlias({ model, alias, reason })
  else await engine.models.setAlias({ model: `${model}:${to}`, alias, reason, force })
}

/** Only what is still as the move left it: whoever moved it since would not be asked. */
async function moveBack({ model, alias, from, to }: AliasMove): Promise<void> {
  const reason = texts.alias.undone
  if (from === null) await engine.models.removeAlias({ model, alias, reason, expected: to ?? undefined })
  else await engine.models.setAlias({ model: `${model}:${from}`, alias, reason, force: true, expected: to })
}

/** Says a move that was made, with the way back, which can be taken back in turn. Its key tells one move from the next. */
export function AliasMoved({ move: first, changed }: { move: AliasMove; changed?(): void }) {
  const [move, setMove] = useState(first)
  const [error, setError] = useState<AppError | null>(null)
  const [isRunning, setIsRunning] = useState(false)
  const { alias, from, to } = move
  const undo = async () => {
    setIsRunning(true)
    setError(null)
    try {
      await moveBack(move)
      setMove({ ...move, from: to, to: from })
      changed?.()
    } catch (failure) {
      setError(toAppError(failure))
    } finally {
      setIsRunning(false)
    }
  }
  return (
    <>
      <p role="status">
        {to === null ? texts.alias.isGone(alias) : texts.alias.nowNames(alias, to)}
        {from === null ? texts.alias.firstTime : texts.alias.before(from)}{' '}
        <button type="button" className="link" disabled={isRunning} onClick={() => void undo()}>
          {texts.alias.undo}
        </button>
      </p>
      <ErrorNotice error={error} />
    </>
  )
}
