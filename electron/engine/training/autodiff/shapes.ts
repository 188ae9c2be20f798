import type { Shape, Value } from './value.ts'

const text = (shape: Shape): string => `[${shape.join(', ')}]`

/** The shape of two broadcast tensors, axes aligned at the end. Throws a RangeError where lengths do not fit. */
export function broadcastShapes(one: Shape, other: Shape): Shape {
  const rank = Math.max(one.length, other.length)
  return Array.from({ length: rank }, (_, axis) => {
    const first = one[axis - rank + one.length] ?? 1
    const second = other[axis - rank + other.length] ?? 1
    if (first === second || second === 1) return first
    if (first === 1) return second
    throw new RangeError(`Shapes ${text(one)} and ${text(other)} do not broadcast`)
  })
}

export function requireRank(operator: string, value: Value, rank: number): void {
  if (value.shape.length !== rank) throw new RangeError(`${operator} takes ${rank} axes, not ${text(value.shape)}`)
}

export function requireSameType(operator: string, values: readonly Value[]): void {
  const odd = values.find(({ type }) => type !== values[0]!.type)
  if (odd) throw new RangeError(`${operator} mixes ${values[0]!.type} and ${odd.type}`)
}

/** Axes from 0, of a list that may count from the end; all of them when the list is empty. */
export function normalAxes(axes: readonly number[], rank: number): number[] {
  const normal =
    axes.length === 0 ? Array.from({ length: rank }, (_, axis) => axis) : axes.map(axis => axis + (axis < 0 ? rank : 0))
  if (normal.some(axis => axis < 0 || axis >= rank))
    throw new RangeError(`Axes [${axes}] of a tensor with ${rank} axes`)
  return normal
}

/** The shape after a reduction over `axes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  const gone = new Set(normalAxes(axes, shape.length))
  return keep ? shape.map((length, axis) => (gone.has(axis) ? 1 : length)) : shape.filter((_, axis) => !gone.has(axis))
}
