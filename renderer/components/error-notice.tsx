import type { AppError } from '../../shared/errors.ts'

/** What went wrong and what to do about it; nothing without an error. */
export function ErrorNotice({ error }: { error: AppError | null }) {
  if (!error) return null
  return (
    <p className="notice bad" role="alert">
      {error.message} {error.mend}
    </p>
  )
}
