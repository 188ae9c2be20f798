import './reading.css'
import { texts } from './texts.ts'

/** The first lines of a file as they stand, numbered; nothing of a file that is not text. */
export function RawLines({ raw }: { raw: readonly string[] }) {
  if (raw.length === 0) return null
  return (
    <section className="raw" aria-label={texts.read.raw} tabIndex={0}>
      <pre aria-hidden="true">{raw.map((_, i) => `${i + 1}\n`).join('')}</pre>
      <pre>{raw.join('\n')}</pre>
    </section>
  )
}
