import { type ReactNode, useId, useRef } from 'react'
import { formatCount } from '../../shared/lib/format.ts'
import { usePanel } from './commands.ts'

/** A titled surface, which Ctrl-K leads to. `count` stands beside the title; null while it is not known. */
export function Panel(props: {
  title: string
  count?: number | null
  wide?: boolean
  aside?: ReactNode
  children: ReactNode
}) {
  const id = useId()
  const section = useRef<HTMLElement>(null)
  usePanel(props.title, () => section.current)
  return (
    <section ref={section} className={props.wide ? 'panel wide' : 'panel'} aria-labelledby={id}>
      <h2>
        <span id={id}>{props.title}</span>
        {props.count != null && <span className="count">{formatCount(props.count)}</span>}
        {props.aside !== undefined && <span className="push">{props.aside}</span>}
      </h2>
      {props.children}
    </section>
  )
}
