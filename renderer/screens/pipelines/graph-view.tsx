import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { formatSeconds } from '../../../shared/lib/format.ts'
import type { PipelineGraph, PipelineNode } from '../../../shared/model/pipeline.ts'
import { isUnfinished } from '../../components/job-line.tsx'
import { go } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { layOut, type Spot } from './layout.ts'
import { texts } from './texts.ts'
import { addressOf, stepTo, waysOf } from './ways.ts'

/** In pixels; the style of the nodes holds them to it. */
const size = { width: 180, height: 44, across: 212, down: 54, margin: 12 }

/** What led to what, from left to right. One node is in the order of the Tab key; from it the arrow keys follow the lines. */
export function GraphView({ graph, job }: { graph: PipelineGraph; job: string | null }) {
  const { nodes, edges } = graph
  const hint = useId()
  const box = useRef<HTMLElement>(null)
  const layout = useMemo(() => layOut(nodes.length, edges), [nodes.length, edges])
  const ways = useMemo(() => waysOf({ nodes, edges }), [nodes, edges])
  const home = Math.max(
    0,
    nodes.findIndex(({ kind, id }) => kind === 'job' && id === job),
  )
  const hasWayBack = edges.some(({ from, to }) => layout.places[to]!.column <= layout.places[from]!.column)
  /** By its key: another graph may hold it at another place. */
  const [reached, setReached] = useState<string | null>(null)
  const found = nodes.findIndex(node => keyOf(node) === reached)
  const current = found < 0 ? home : found
  const left = (node: number) => size.margin + layout.places[node]!.column * size.across
  const top = (node: number) => size.margin + layout.places[node]!.row * size.down

  // The job that it is about is in sight when it is first drawn, and in a window of another size.
  const [homeLeft, homeTop] = nodes.length > 0 ? [left(home), top(home)] : [0, 0]
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const show = () =>
      element.scrollTo(
        homeLeft - (element.clientWidth - size.width) / 2,
        homeTop - (element.clientHeight - size.height) / 2,
      )
    const observer = new ResizeObserver(show)
    observer.observe(element)
    return () => observer.disconnect()
  }, [homeLeft, homeTop])

  const moved = useRef(false)
  useEffect(() => {
    if (!moved.current) return
    moved.current = false
    box.current?.querySelector<HTMLElement>(`[data-node="${current}"]`)?.focus()
  }, [current])

  return (
    <section
      className="graph"
      aria-label={texts.drawing}
      aria-describedby={hint}
      ref={box}
      onKeyDown={event => {
        const next = stepTo(event.key, current, layout.places, ways)
        if (next === null || event.altKey || event.ctrlKey || event.metaKey) return
        event.preventDefault()
        moved.current = true
        setReached(keyOf(nodes[next]!))
      }}
    >
      <p id={hint} className="hidden">
        {texts.graphHint}
      </p>
      <div
        className="plane"
        style={{
          width: layout.columns * size.across - (size.across - size.width) + 2 * size.margin,
          height:
            layout.rows * size.down - (size.down - size.height) + 2 * size.margin + (hasWayBack ? size.margin : 0),
        }}
      >
        <svg aria-hidden="true" className="lines">
          <defs>
            <marker
              id={`${hint}arrow`}
              viewBox="0 0 6 6"
              refX="5"
              refY="3"
              markerWidth="6"
              markerHeight="6"
              orient="auto"
            >
              <path d="M0 0L6 3L0 6z" />
            </marker>
          </defs>
          {edges.map(({ from, to }, i) => (
            <path
              key={`${from} ${to}`}
              className={lineClass(from, to)}
              d={line(from, to, layout.bends[i]!)}
              markerEnd={`url(#${hint}arrow)`}
            />
          ))}
        </svg>
        {nodes.map((node, i) => (
          <Node
            key={keyOf(node)}
            node={node}
            place={i}
            isHere={job !== null && i === home}
            isInOrder={i === current}
            description={describe(node, i)}
            style={{ left: left(i), top: top(i) }}
            reach={() => setReached(keyOf(node))}
          />
        ))}
      </div>
    </section>
  )

  /** From the right edge of one to the left edge of the other, level through each column that it passes; a way back runs below both. */
  function line(from: number, to: number, bends: Spot[]): string {
    const middle = size.height / 2
    const [x, y] = [left(from) + size.width, top(from) + middle]
    const [endX, endY] = [left(to) - 2, top(to) + middle]
    if (endX <= x) {
      const low = Math.max(y, endY) + size.down
      return `M${x} ${y}C${x + 50} ${low} ${endX - 50} ${low} ${endX} ${endY}`
    }
    let path = `M${x} ${y}`
    let [lastX, lastY] = [x, y]
    const curveTo = (nextX: number, nextY: number) => {
      const half = (nextX - lastX) / 2
      path += `C${lastX + half} ${lastY} ${nextX - half} ${nextY} ${nextX} ${nextY}`
    }
    for (const { column, row } of bends) {
      const [bendX, bendY] = [size.margin + column * size.across, size.margin + row * size.down + middle]
      curveTo(bendX, bendY)
      path += `H${bendX + size.width}`
      ;[lastX, lastY] = [bendX + size.width, bendY]
    }
    curveTo(endX, endY)
    return path
  }

  function lineClass(from: number, to: number): string | undefined {
    if (reached !== null && (from === current || to === current)) return 'near'
    return layout.places[to]!.column <= layout.places[from]!.column ? 'back' : undefined
  }

  /** What a screen reader says of a node: itself and its neighbours. */
  function describe(node: PipelineNode, i: number): string {
    const names = (places: number[]) =>
      places
        .slice(0, 3)
        .map(each => `${texts.kinds[nodes[each]!.kind]} ${nodes[each]!.label}`)
        .join(', ') + (places.length > 3 ? texts.andMore(places.length - 3) : '')
    const [from, to] = [ways.before[i]!, ways.after[i]!]
    return [
      `${texts.kinds[node.kind]} ${node.label}`,
      node.state,
      node.kind === 'job' ? progressOf(node) : node.detail,
      from.length > 0 && `${texts.madeFrom} ${names(from)}`,
      to.length > 0 && `${texts.ledTo} ${names(to)}`,
    ]
      .filter(Boolean)
      .join('; ')
  }
}

const keyOf = ({ kind, id }: PipelineNode) => `${kind} ${id}`

function progressOf({ job }: PipelineNode): string {
  if (job?.status !== 'running') return ''
  const share = job.fraction === null ? job.phase : `${Math.floor(job.fraction * 100)} %`
  return job.secondsLeft === null ? share : `${share}, ${formatSeconds(Math.ceil(job.secondsLeft))}`
}

function Node(props: {
  node: PipelineNode
  place: number
  isHere: boolean
  isInOrder: boolean
  description: string
  style: { left: number; top: number }
  reach(): void
}) {
  const { node, isHere, description } = props
  const to = addressOf(node)
  const fraction = node.job && isUnfinished(node.job) ? node.job.fraction : null
  const common = {
    className: `node ${node.kind}${isHere ? ' here' : ''}`,
    style: props.style,
    title: node.label,
    tabIndex: props.isInOrder ? 0 : -1,
    'data-node': props.place,
    'aria-label': description,
    onFocus: props.reach,
  }
  const inside = (
    <>
      <span className="label">{node.label}</span>
      <span className="detail soft">
        <span className="kind">{texts.kinds[node.kind]}</span>
        {node.state && <Status state={node.state} />}
        <span className="rest">{node.kind === 'job' ? progressOf(node) : node.detail}</span>
      </span>
      {fraction !== null && <span className="done" style={{ width: `calc((100% - 44px) * ${fraction})` }} />}
    </>
  )
  if (to === null) {
    return (
      <button type="button" aria-disabled="true" {...common}>
        {inside}
      </button>
    )
  }
  return (
    <a
      href={to}
      aria-current={isHere ? 'page' : undefined}
      {...common}
      onClick={event => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        go(to)
      }}
    >
      {inside}
    </a>
  )
}
