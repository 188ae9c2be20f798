import { openDrawer } from './drawers.ts'
import { inWindow } from './in-window.ts'
import { Link } from './link.tsx'

/** What to do about something, as the engine says it, in the window's words; what it names is opened there and then. */
export function Mend({ sentence }: { sentence: string }) {
  return inWindow(sentence).map(part => {
    if (typeof part === 'string') return part
    const { at, words, to, drawer } = part
    if (drawer === undefined) {
      return (
        <Link key={at} to={to}>
          {words}
        </Link>
      )
    }
    return (
      <button key={at} type="button" className="link" aria-haspopup="dialog" onClick={() => openDrawer(drawer)}>
        {words}
      </button>
    )
  })
}
