import './file-chooser.css'
import { Button, Progress, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { type AppError, toAppError } from '../../shared/errors.ts'
import { type ChosenFile, sendFile } from '../client/upload.ts'
import { shell } from '../host/shell.ts'
import { ErrorNotice } from './error-notice.tsx'
import { texts } from './texts.ts'

/** Choosers in the order in which they came; the last one, in front of the others, takes what is dropped. */
const shown: symbol[] = []

/**
 * A file dropped anywhere on the page, chosen, or named by its path on the engine's machine. In the desktop shell the first two stay where
 * they are and the engine reads them there; a browser has to send them.
 */
export function FileChooser(props: {
  /** What may be chosen: "a CSV, Excel or Parquet file". */
  what: string
  /** Endings, with the dot. */
  accept: string[]
  pathLabel: string
  pathAction: string
  onFile(file: ChosenFile): void
}) {
  const input = useRef<HTMLInputElement>(null)
  const [path, setPath] = useState('')
  const [sending, setSending] = useState<{ name: string; fraction: number; abort: AbortController } | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const [isOver, setIsOver] = useState(false)

  const take = async (file: File | undefined) => {
    if (!file) return
    sending?.abort.abort()
    setError(null)
    const held = await shell?.holdDropped(file).catch(() => null)
    if (held) return props.onFile(held)
    const abort = new AbortController()
    setSending({ name: file.name, fraction: 0, abort })
    try {
      props.onFile(await sendFile(file, fraction => setSending({ name: file.name, fraction, abort }), abort.signal))
    } catch (failure) {
      const failed = toAppError(failure)
      if (failed.code !== 'cancelled') setError(failed)
    }
    setSending(now => (now?.abort === abort ? null : now))
  }
  const choose = async () => {
    if (!shell) return input.current?.click()
    try {
      const held = await shell.pickFile(props.accept)
      if (held) props.onFile(held)
    } catch (failure) {
      setError(toAppError(failure))
    }
  }
  const latest = useRef(take)
  latest.current = take

  useEffect(() => {
    const mine = Symbol()
    shown.push(mine)
    const carriesFile = (event: DragEvent) =>
      shown.at(-1) === mine && (event.dataTransfer?.types.includes('Files') ?? false)
    const over = (event: DragEvent) => {
      if (!carriesFile(event)) return
      event.preventDefault()
      setIsOver(true)
    }
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false)
    }
    const drop = (event: DragEvent) => {
      if (!carriesFile(event)) return
      event.preventDefault()
      setIsOver(false)
      void latest.current(event.dataTransfer?.files[0])
    }
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      shown.splice(shown.indexOf(mine), 1)
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [])

  return (
    <div className="body file-chooser">
      <div className={isOver ? 'zone over' : 'zone'}>
        {sending ? (
          <>
            <span className="title" title={sending.name}>
              {texts.file.reading(sending.name)}
            </span>
            <Progress value={sending.fraction * 100} size="sm" aria-label={texts.file.sending(sending.name)} />
            <button type="button" className="link" onClick={() => sending.abort.abort()}>
              {texts.file.cancel}
            </button>
          </>
        ) : (
          <>
            <span>{texts.file.drop(props.what)}</span>
            <Button size="xs" onClick={() => void choose()}>
              {texts.file.choose}
            </Button>
            <input
              ref={input}
              type="file"
              hidden
              aria-label={texts.file.choose}
              accept={props.accept.join(',')}
              onChange={event => {
                void take(event.currentTarget.files?.[0])
                event.currentTarget.value = ''
              }}
            />
          </>
        )}
      </div>
      {!shell && (
        <form
          className="form"
          onSubmit={event => {
            event.preventDefault()
            const trimmed = path.trim()
            if (trimmed) props.onFile({ file: trimmed, name: trimmed.split(/[\\/]/).at(-1) ?? trimmed })
          }}
        >
          <TextInput
            size="xs"
            className="long"
            label={props.pathLabel}
            value={path}
            onChange={event => setPath(event.currentTarget.value)}
          />
          <Button size="xs" variant="default" type="submit" disabled={!path.trim()}>
            {props.pathAction}
          </Button>
        </form>
      )}
      <ErrorNotice error={error} />
    </div>
  )
}
