import type { ReactNode } from 'react'
import { go } from './router.ts'

/** A link within the page: a real address, so that it can be opened in a new tab, copied, and gone back from. */
export function Link({ to, children }: { to: string; children: ReactNode }) {
  return (
    <a
      href={to}
      onClick={event => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        go(to)
      }}
    >
      {children}
    </a>
  )
}
