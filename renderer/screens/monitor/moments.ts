import type { TimeWindow } from './view.ts'

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** "25 Nov 14:05", in the zone of this machine. */
export const moment = (timeMs: number) => `${day.format(timeMs)} ${clock.format(timeMs)}`

/** "25 Nov 14:05 – 14:10"; the day again where it is another. */
export function stretch({ from, to }: TimeWindow): string {
  const isSameDay = day.format(from) === day.format(to)
  return `${moment(from)} – ${isSameDay ? clock.format(to) : moment(to)}`
}
