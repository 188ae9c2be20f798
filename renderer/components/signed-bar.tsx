import './signed-bar.css'

/** A bar from the middle: to the right for what speaks for it, to the left for what speaks against; `most` is as long as there is. */
export function SignedBar({ value, most }: { value: number; most: number }) {
  const width = most > 0 ? (Math.abs(value) / most) * 50 : 0
  return (
    <div className="signed-bar" aria-hidden>
      <div className={value < 0 ? 'against' : 'towards'} style={{ width: `${width}%` }} />
    </div>
  )
}
