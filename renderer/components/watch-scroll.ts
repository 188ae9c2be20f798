/** Calls `look` at once, and whenever the element is scrolled or gets another size. Returns what ends it, as an effect does. */
export function watchScroll(element: HTMLElement, look: () => void): () => void {
  look()
  element.addEventListener('scroll', look, { passive: true })
  const observer = new ResizeObserver(look)
  observer.observe(element)
  return () => {
    element.removeEventListener('scroll', look)
    observer.disconnect()
  }
}
