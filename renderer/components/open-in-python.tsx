import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import type { PythonKind } from '../../shared/contract/workspace.ts'
import { engine } from '../client/engine.ts'
import { useAsked } from '../client/use-asked.ts'
import { CopyButton } from './copy-button.tsx'
import { ErrorNotice } from './error-notice.tsx'
import { saveFile } from './save-file.ts'

const texts = {
  open: 'Open in Python',
  does: {
    dataset: 'Reads this version with pyarrow, as it lies in the workspace.',
    run: 'Computes the test predictions again from the raw columns and says how far they are from the stored ones.',
    model: 'Computes the answers again from the raw columns and says how far they are from the stored ones.',
  },
  paths: 'Runs as pasted on this machine: it reads the files of this workspace and changes none.',
  code: 'Python program',
  copy: 'Copy the program',
  save: 'Save as .py',
  close: 'Close',
  asking: 'Asking the engine…',
}

/** A button that shows the Python program of a dataset version, run or model version. */
export function OpenInPython({ kind, subject }: { kind: PythonKind; subject: string }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setIsOpen(true)}>
        {texts.open}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setIsOpen(false)}
        title={texts.open}
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
        {texts.does[kind]} {texts.paths}
      </p>
      <div className="form">
        <CopyButton value={value.code} label={texts.copy} />
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => saveFile(fileName, new Blob([value.code], { type: 'text/x-python' }))}
        >
          {texts.save}
        </Button>
      </div>
      {/* A scrolling region must be reachable by keyboard. */}
      <section className="code" aria-label={texts.code} tabIndex={0}>
        <pre>{value.code}</pre>
      </section>
    </div>
  )
}
