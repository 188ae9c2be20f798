import { type RefObject, useLayoutEffect, useRef } from 'react'

interface Drawn {
  /** What is in sight, in its order, and the key of each: all different. */
  ids: readonly string[]
  keys: readonly number[]
}

/**
 * A key for each of `ids`. What stays in sight keeps its own, so that its element is left alone. Where less than half stays, the keys
 * that there are go by place to what comes, if they may: what stands in an element changes then, which takes half the time of a new one.
 */
export function rowKeys(ids: readonly string[], { ids: before, keys }: Drawn, mayReuse: boolean): number[] {
  const known = new Map(before.map((id, i) => [id, keys[i]!]))
  const isReused = mayReuse && ids.filter(id => known.has(id)).length * 2 < ids.length
  let next = Math.max(-1, ...keys) + 1
  return ids.map((id, i) => (isReused ? keys[i] : known.get(id)) ?? next++)
}

/** Whether part of the text in the element is selected. */
function isSelected(element: HTMLElement): boolean {
  const selection = document.getSelection()
  return selection !== null && !selection.isCollapsed && selection.containsNode(element, true)
}

/**
 * Keys for React of the rows in sight of a `box`: they may be drawn in elements that others were drawn in before, but focus and what is
 * selected stay with the row that they are in. Focus of a row that is out of sight goes to the box, so that keys go on to scroll it.
 */
export function useRowKeys(box: RefObject<HTMLElement | null>, ids: readonly string[]): number[] {
  const drawn = useRef<Drawn>({ ids: [], keys: [] })
  const element = box.current
  const focused = element?.contains(document.activeElement) ? document.activeElement : null
  const isInUse = element !== null && ((focused !== null && focused !== element) || isSelected(element))
  const keys = rowKeys(ids, drawn.current, !isInUse)
  useLayoutEffect(() => {
    drawn.current = { ids, keys }
    if (focused && !focused.isConnected) element?.focus({ preventScroll: true })
  })
  return keys
}
