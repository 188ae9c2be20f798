import { AppError } from '../../../shared/errors.ts'
import { DriftAnswer } from '../../../shared/inference/drift-window.ts'
import { requestJson } from '../clients/index.ts'

const timeoutMs = 5000
/** The windows of a quarter of an hour and more that a server of 20,000 columns tells at once are 10 MB. */
const maximumBytes = 20_000_000

/** What one model server counted since a moment (milliseconds since 1970 UTC), checked for its shape only. */
export async function scrape(baseUrl: string, sinceMs: number | null, signal?: AbortSignal): Promise<DriftAnswer> {
  const url = `${baseUrl}/drift${sinceMs === null ? '' : `?since=${sinceMs}`}`
  const { status, body } = await requestJson(url, { timeoutMs, maximumBytes, signal })
  if (status !== 200) {
    throw new AppError('unreachable', `${url} answers with status ${status}`, {
      mend: 'Only Lathe model servers count for drift; check the address.',
    })
  }
  const answer = DriftAnswer.safeParse(body)
  if (!answer.success) {
    const issue = answer.error.issues[0]
    const place = issue?.path.join('.') || 'the whole answer'
    throw new AppError('unreachable', `${url} answers in a shape that is not Lathe's: ${place}: ${issue?.message}`, {
      mend: 'Check the address, and that the server is of a version that this Lathe knows.',
    })
  }
  return answer.data
}

/** The base URL of what a person typed: scheme, host, port and path, no slash at the end. Null when it is no HTTP URL. */
export function baseUrl(text: string): string | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  if (url.username || url.password) {
    throw new AppError('bad-input', 'A URL to watch holds no user name or password')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
