import { readFile } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, resolve } from 'node:path'
import { pageHeaders } from '../../shared/page-headers.ts'

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
}

export function plainAnswer(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...pageHeaders, 'content-type': 'text/plain; charset=utf-8' } })
}

/** A file of the built page; any path that names none is a deep link and gives the page itself. */
export async function pageFile(folder: string, pathname: string): Promise<Response> {
  const file = fileInside(folder, pathname)
  if (file === null) return plainAnswer(400, 'No file has such a name')
  const bytes = await read(file)
  if (bytes) return answer(bytes, file)
  if (pathname.startsWith('/assets/')) return plainAnswer(404, `Nothing is at ${pathname}`)
  const page = join(folder, 'index.html')
  const html = await read(page)
  return html ? answer(html, page) : plainAnswer(404, 'The window is not built')
}

function answer(bytes: Uint8Array<ArrayBuffer>, file: string): Response {
  const type = contentTypes[extname(file)] ?? 'application/octet-stream'
  return new Response(bytes, { headers: { ...pageHeaders, 'content-type': type, 'cache-control': 'no-cache' } })
}

async function read(file: string): Promise<Uint8Array<ArrayBuffer> | null> {
  return readFile(file).catch(() => null)
}

/** Null where the path would lead out of the folder, or cannot be decoded. */
function fileInside(folder: string, pathname: string): string | null {
  try {
    const file = resolve(folder, `.${decodeURIComponent(pathname)}`)
    const inside = relative(folder, file)
    return inside.startsWith('..') || isAbsolute(inside) ? null : file
  } catch {
    return null
  }
}
