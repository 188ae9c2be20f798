import type { Locator } from '@playwright/test'
import { expect } from '../runners/index.ts'

/** Pixels of a chart that are drawn upon. */
export async function painted(chart: Locator): Promise<number> {
  return chart.evaluate(box => {
    let count = 0
    for (const canvas of box.querySelectorAll('canvas')) {
      const copy = canvas.cloneNode() as typeof canvas
      const context = copy.getContext('2d', { willReadFrequently: true })!
      context.drawImage(canvas, 0, 0)
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) count += 1
    }
    return count
  })
}

/** How many pixels of a chart are drawn upon once it is drawn. */
export async function drawn(chart: Locator): Promise<number> {
  await expect.poll(() => painted(chart)).toBeGreaterThan(1000)
  return painted(chart)
}
