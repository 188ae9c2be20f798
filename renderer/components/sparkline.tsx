import './sparkline.css'

const width = 240
const height = 36

/** A row of counts as steps, oldest first. What it shows stands in numbers beside it. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(1, ...values)
  const step = width / Math.max(1, values.length)
  const y = (value: number) => (height - 1 - (value / most) * (height - 3)).toFixed(1)
  const line = values
    .map((value, i) => `${i ? 'L' : 'M'}${(i * step).toFixed(1)} ${y(value)}h${step.toFixed(1)}`)
    .join('')
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <title>{label}</title>
      <path className="base" d={`M0 ${height - 1}h${width}`} />
      {line && <path d={line} />}
    </svg>
  )
}
