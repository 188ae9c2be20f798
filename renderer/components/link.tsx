import type { ReactNode } from 'react'
import { go } from './router.ts'

/** A link within the page: a real address, so that it can be opened in a new tab, copied, and gone back from. */
export function Link(props: {
  to: string
  children: ReactNode
  title?: string
  className?: string
  isCurrent?: boolean
}) {
  return (
    <a
      href={props.to}
      title={props.title}
      className={props.className}
      aria-current={props.isCurrent ? 'page' : undefined}
      onClick={event => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        go(props.to)
      }}
    >
      {props.children}
    </a>
  )
}
