import { inWindow } from './in-window.ts'
import { Link } from './link.tsx'

/** What to do about something, as the engine says it, in the window's words. */
export function Mend({ sentence }: { sentence: string }) {
  return inWindow(sentence).map(part =>
    typeof part === 'string' ? (
      part
    ) : (
      <Link key={part.at} to={part.to}>
        {part.words}
      </Link>
    ),
  )
}
