import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { type AskProgram, askPrograms } from '../../../shared/lib/ask-program.ts'
import { shorten } from '../../../shared/lib/shorten.ts'
import type { AskedRow } from '../../../shared/model/service-answer.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { texts } from './texts.ts'

const choices = Object.entries(askPrograms).map(([value, { label }]) => ({ value: value as AskProgram, label }))

/** Characters that are drawn; what is copied is all of it. */
const mostShown = 10_000

/** The same question as a command or a program to paste. */
export function AskElsewhere({ url, row }: { url: string; row: AskedRow }) {
  const [chosen, setChosen] = useState<AskProgram>('curl')
  const { label, write } = askPrograms[chosen]
  const program = write(url, row)
  return (
    <section className="body ask-elsewhere" aria-label={texts.elsewhere}>
      <div className="form">
        <strong>{texts.elsewhere}</strong>
        <SegmentedControl size="xs" aria-label={texts.elsewhereAs} data={choices} value={chosen} onChange={setChosen} />
        <CopyButton value={program} label={`${texts.copy}: ${label}`} />
      </div>
      {/* A scrolling region must be reachable by keyboard. */}
      <section className="program" aria-label={texts.program} tabIndex={0}>
        <code className="request">{shorten(program, mostShown)}</code>
      </section>
    </section>
  )
}
