export const spans = ['1h', '24h', '7d', 'all'] as const
export type Span = (typeof spans)[number]
export const spanMs: Record<Span, number | null> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  all: null,
}
/** At most into how many stretches a span is divided; few are wide and hold more rows. */
export const stretchCounts = [14, 32, 62, 120] as const

export interface TimeWindow {
  from: number
  to: number
}
export interface ColumnKey {
  name: string
  isPrediction: boolean
}

/** What of an endpoint is shown; all of it stands in the address. */
export interface View {
  span: Span
  stretches: number
  /** The stretch that is looked at; null for the whole span. */
  window: TimeWindow | null
  /** The stretch that it is compared with; null for the training rows. */
  against: TimeWindow | null
  column: ColumnKey | null
}

/** The shortest span that reaches back to the begin of the watch; a week for what is watched for longer. */
export function spanSince(ageMs: number): Span {
  return spans.find(span => (spanMs[span] ?? 0) >= ageMs) ?? '7d'
}

export function parseView(search: URLSearchParams, usual: Span): View {
  const span = spans.find(each => each === search.get('span')) ?? usual
  const stretches = stretchCounts.find(each => String(each) === search.get('stretches')) ?? 62
  const [input, prediction] = [search.get('column'), search.get('prediction')]
  return {
    span,
    stretches,
    window: parseWindow(search.get('window')),
    against: parseWindow(search.get('against')),
    column:
      input !== null
        ? { name: input, isPrediction: false }
        : prediction !== null
          ? { name: prediction, isPrediction: true }
          : null,
  }
}

/** `FROM-TO` in milliseconds since 1970 UTC; null for anything else. */
export function parseWindow(text: string | null): TimeWindow | null {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '')
  if (!match) return null
  const [from, to] = [Number(match[1]), Number(match[2])]
  return from < to ? { from, to } : null
}

export const windowText = (window: TimeWindow) => `${window.from}-${window.to}`

/** The query of an address, with its question mark. */
export function viewQuery(view: Partial<View>): string {
  const search = new URLSearchParams()
  if (view.span) search.set('span', view.span)
  if (view.stretches && view.stretches !== 62) search.set('stretches', String(view.stretches))
  if (view.window) search.set('window', windowText(view.window))
  if (view.against) search.set('against', windowText(view.against))
  if (view.column) search.set(view.column.isPrediction ? 'prediction' : 'column', view.column.name)
  return `?${search}`
}

export const keyOf = (column: { name: string; kind: string }): ColumnKey => ({
  name: column.name,
  isPrediction: column.kind === 'prediction',
})
export const isSameColumn = (a: ColumnKey | null, b: ColumnKey) =>
  a?.name === b.name && a.isPrediction === b.isPrediction
export const isSameWindow = (a: TimeWindow | null, b: TimeWindow) => a?.from === b.from && a.to === b.to
