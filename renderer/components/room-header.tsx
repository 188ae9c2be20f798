import type { ReactNode } from 'react'

/** The head of a room: its name, the question that it answers, and what can be done here. */
export function RoomHeader(props: { title: ReactNode; question?: ReactNode; children?: ReactNode }) {
  return (
    <div className="room-header">
      <div>
        <h1>{props.title}</h1>
        {props.question !== undefined && <p className="soft">{props.question}</p>}
      </div>
      {props.children !== undefined && <div className="actions">{props.children}</div>}
    </div>
  )
}
