import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { moved } from './axes.ts'
import { texts } from './texts.ts'

/** Where a key takes the axis at `place` of `count`; null for a key that moves nothing. */
function placeAfter(key: string, place: number, count: number): number | null {
  const places: Record<string, number> = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: count - 1 }
  return places[key] ?? null
}

/** The names of the axes in their order. One is moved by dragging it onto another, or by the arrow keys, Home and End on it. */
export function AxisOrder({ names, order }: { names: string[]; order(names: string[]): void }) {
  const list = useRef<HTMLOListElement>(null)
  const [dragged, setDragged] = useState<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const held = useRef<string | null>(null)
  // An element that is put elsewhere in the page loses the focus.
  useLayoutEffect(() => {
    const name = held.current
    held.current = null
    if (name !== null) list.current?.querySelectorAll('button')[names.indexOf(name)]?.focus()
  }, [names])
  const pressed = (event: KeyboardEvent, place: number) => {
    const to = placeAfter(event.key, place, names.length)
    if (to === null) return
    event.preventDefault()
    if (to < 0 || to >= names.length || to === place) return
    held.current = names[place]!
    order(moved(names, place, to))
  }
  const dropped = (place: number) => {
    if (dragged !== null && dragged !== place) order(moved(names, dragged, place))
    setDragged(null)
    setOver(null)
  }
  return (
    <ol ref={list} className="axis-order" aria-label={texts.axisOrder}>
      {names.map((name, i) => (
        <li key={name}>
          <button
            type="button"
            draggable
            className={i === over && i !== dragged ? 'axis over' : 'axis'}
            title={name}
            aria-label={texts.axis(name, i + 1, names.length)}
            onKeyDown={event => pressed(event, i)}
            onDragStart={event => {
              event.dataTransfer.effectAllowed = 'move'
              setDragged(i)
            }}
            onDragOver={event => {
              if (dragged === null) return
              event.preventDefault()
              setOver(i)
            }}
            onDrop={event => {
              event.preventDefault()
              dropped(i)
            }}
            onDragEnd={() => {
              setDragged(null)
              setOver(null)
            }}
          >
            {name}
          </button>
        </li>
      ))}
    </ol>
  )
}
