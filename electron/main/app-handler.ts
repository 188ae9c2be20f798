import { type AppError, toAppError } from '../../shared/errors.ts'
import { pageHeaders } from '../../shared/page-headers.ts'
import type { EngineLink } from './engine-link.ts'
import { forward } from './forward.ts'
import { pageFile, plainAnswer } from './page-files.ts'

export const appScheme = 'app'
export const appOrigin = 'app://lathe'

/**
 * What is behind `app://lathe/`: the built page, and under `/api` and `/rpc` the engine, asked with a token that no page sees.
 * An engine that does not answer fails the request as a lost network would, which the page knows how to bear; the
 * next request finds the engine again or starts it.
 */
export function createAppHandler({ pageFolder, link }: { pageFolder: string; link: EngineLink }) {
  return async (request: Request): Promise<Response> => {
    const { host, pathname } = new URL(request.url)
    if (host !== 'lathe') return plainAnswer(404, 'There is one place here: app://lathe/')
    // Electron names who asks, where it was a page; nobody but our own page may.
    const { initiatorOrigin } = request as Request & { initiatorOrigin?: string | null }
    if (initiatorOrigin !== undefined && initiatorOrigin !== appOrigin) return plainAnswer(403, 'Not for other pages')
    if (/^\/(api|rpc)\//.test(pathname)) return ask(request, link)
    if (request.method !== 'GET' && request.method !== 'HEAD') return plainAnswer(405, 'A page is only read')
    return pageFile(pageFolder, pathname)
  }
}

async function ask(request: Request, link: EngineLink): Promise<Response> {
  let engine: Awaited<ReturnType<EngineLink['current']>>
  try {
    engine = await link.current()
  } catch (thrown) {
    return refusal(toAppError(thrown), new URL(request.url).pathname)
  }
  try {
    return await forward(request, engine, () => void link.doubt(engine))
  } catch {
    if (!request.signal.aborted) await link.lost(engine)
    return Response.error()
  }
}

/** Why there is no engine, in the form in which the page expects failures of the engine itself. */
function refusal(error: AppError, pathname: string): Response {
  const { code, status, message } = error
  const json = error.toJSON()
  const body = pathname.startsWith('/rpc/') ? { json: { defined: false, code, status, message, data: json } } : json
  return Response.json(body, { status, headers: pageHeaders })
}
