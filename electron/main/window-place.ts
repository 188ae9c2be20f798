import type { Bounds } from './settings.ts'

export const smallest = { width: 900, height: 600 }
const usual = { width: 1440, height: 900 }
/** Of the title bar, so that the window can be taken hold of. */
const leastVisible = { width: 120, height: 40 }

function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart)
}

/**
 * Where a window opens: where it was, no larger than the display it was on, if that display is still there and its title bar can be
 * reached; else in the middle of the first one (`x` and `y` left out). Work areas in DIP pixels, the primary first.
 */
export function windowPlace(
  saved: Bounds | null,
  workAreas: Bounds[],
): Partial<Bounds> & { width: number; height: number } {
  const home = saved && workAreas.find(area => isReachable(saved, area))
  const area = home ?? workAreas[0]
  const wanted = saved ?? { ...usual }
  const width = Math.max(smallest.width, Math.min(wanted.width, area?.width ?? wanted.width))
  const height = Math.max(smallest.height, Math.min(wanted.height, area?.height ?? wanted.height))
  return home ? { x: saved.x, y: saved.y, width, height } : { width, height }
}

function isReachable(bounds: Bounds, area: Bounds): boolean {
  return (
    overlap(bounds.x, bounds.width, area.x, area.width) >= leastVisible.width &&
    bounds.y >= area.y - leastVisible.height / 2 &&
    bounds.y <= area.y + area.height - leastVisible.height
  )
}
