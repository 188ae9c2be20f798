import { shorten } from '../../shared/lib/shorten.ts'
import { Mend } from './mend.tsx'

/** What a server answered may be of any length; its beginning says what it is. */
const shownCharacters = 600

/** Messages come without a full stop; what to do follows in a sentence of its own. */
function sentence(whole: string): string {
  const message = shorten(whole, shownCharacters)
  return /[.!?…]$/.test(message) ? message : `${message}.`
}

/** What went wrong and what to do about it; nothing without an error. */
export function ErrorNotice({ error }: { error: { message: string; mend?: string } | null }) {
  if (!error) return null
  return (
    <p className="notice bad" role="alert">
      {sentence(error.message)} {error.mend && <Mend sentence={error.mend} />}
    </p>
  )
}
