import { PassThrough, type Readable } from 'node:stream'

/**
 * Passes a body on; where the client hangs up, the rest is read to its end and thrown away. A multipart body that is
 * cancelled instead throws from within Node's `fetch`, where nobody can catch it, and would end this process.
 */
export function drained(body: Readable): Readable {
  const through = new PassThrough()
  body.once('error', error => through.destroy(error))
  through.once('close', () => body.resume())
  return body.pipe(through)
}
