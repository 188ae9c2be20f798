import { type ReactNode, useEffect, useRef } from 'react'
import { useCommands } from './commands.ts'
import { texts } from './texts.ts'

/** The head of a room or of an object in it, which gives the page its title too: its name, the question that it answers, and what can be done here, which Ctrl-K offers as well. */
export function RoomHeader(props: { title: ReactNode; question?: ReactNode; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const actions = useRef<HTMLDivElement>(null)
  useEffect(() => {
    document.title = texts.pageTitle(heading.current?.textContent ?? '')
  })
  const title = typeof props.title === 'string' ? props.title : ''
  useCommands(() =>
    [...(actions.current?.querySelectorAll<HTMLElement>('a, button:not(:disabled)') ?? [])].map(control => ({
      label: control.innerText,
      description: title,
      run: () => control.click(),
    })),
  )
  return (
    <div className="room-header">
      <div>
        <h1 ref={heading}>{props.title}</h1>
        {props.question !== undefined && <p className="soft">{props.question}</p>}
      </div>
      {props.children !== undefined && (
        <div className="actions" ref={actions}>
          {props.children}
        </div>
      )}
    </div>
  )
}
