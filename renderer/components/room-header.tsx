import { type ReactNode, useRef } from 'react'
import { useCommands } from './commands.ts'

/** The head of a room: its name, the question that it answers, and what can be done here, which Ctrl-K offers as well. */
export function RoomHeader(props: { title: ReactNode; question?: ReactNode; children?: ReactNode }) {
  const actions = useRef<HTMLDivElement>(null)
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
        <h1>{props.title}</h1>
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
