const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in decimal units, three significant figures: 1_234_567 → "1.23 MB". */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes
  let unit = 0
  while (Math.abs(value) >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${byteUnits[unit]}`
}

/** A number to so many significant figures, without zeros at its end and with a true minus: -0.01140 → "−0.0114". */
export function formatNumber(value: number, figures: number): string {
  return String(Number(value.toPrecision(figures))).replace(/^-/, '−')
}

/** A change with its sign, a true minus; none where nothing changed. `show` writes its size. */
export function formatSigned(value: number, show: (size: number) => string): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${show(Math.abs(value))}`
}

/** Seconds for a person: "0.42 s", "12 s", "3 min 20 s", "2 h 5 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** From low to high, both as they are to be read: "0.91 to 0.95". */
export function formatRange([low, high]: readonly [string, string]): string {
  return `${low} to ${high}`
}

// The month as a word: 11/12 is in November to some and in December to others.
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** A moment, in milliseconds since 1970, in the time zone of whoever reads: "27 Nov 2026, 20:45". */
export function formatMoment(at: number): string {
  return moment.format(at)
}

/** The time of day alone, for lines of one log: "20:45:09". */
export function formatClock(at: number): string {
  return clock.format(at)
}

/** A count with thin grouping: 1234567 → "1,234,567". */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

const agoUnits = [
  [86_400_000, 'day'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const

/** How long since, coarsely: "just now", "5 min ago", "1 day ago", "3 days ago". */
export function formatAgo(timeMs: number): string {
  const [unitMs, unit] = agoUnits.find(([each]) => timeMs >= each) ?? []
  if (unitMs === undefined) return 'just now'
  const count = Math.floor(timeMs / unitMs)
  return `${count} ${unit === 'day' && count > 1 ? 'days' : unit} ago`
}
