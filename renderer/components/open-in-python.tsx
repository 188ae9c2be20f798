import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import type { PythonKind } from '../../shared/contract/workspace.ts'
import { engine } from '../client/engine.ts'
import { useAsked } from '../client/use-asked.ts'
import { CopyButton } from './copy-button.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { saveFile } from './save-file.ts'
import { texts } from './texts.ts'

/** A button that shows the Python program of a dataset version, run or model version. */
export function OpenInPython({ kind, subject }: { kind: PythonKind; subject: string }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setIsOpen(true)}>
        {texts.python.open}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setIsOpen(false)}
        title={texts.python.open}
        size="xl"
        closeButtonProps={{ 'aria-label': texts.close }}
      >
        <Program kind={kind} subject={subject} />
      </Modal>
    </>
  )
}

function Program({ kind, subject }: { kind: PythonKind; subject: string }) {
  const { value, error } = useAsked(`${kind} ${subject}`, () => engine.workspace.python({ kind, subject }))
  if (!value) return error ? <ErrorNotice error={error} /> : <p className="soft">{texts.asking}</p>
  const fileName = `${value.subject.replace(/[^\p{L}\p{N}.-]+/gu, '-')}.py`
  return (
    <div className="program">
      <p className="soft">
        {texts.python.does[kind]} {texts.python.paths}
      </p>
      <div className="form">
        <CopyButton value={value.code} label={texts.python.copy} />
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => saveFile(fileName, new Blob([value.code], { type: 'text/x-python' }))}
        >
          {texts.python.save}
        </Button>
      </div>
      {/* A scrolling region must be reachable by keyboard. */}
      <section className="code" aria-label={texts.python.code} tabIndex={0}>
        <pre>{value.code}</pre>
      </section>
    </div>
  )
}
