import { Button, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { texts } from './texts.ts'

/**
 * For what cannot be undone: it says what is lost, and acts only once the name was typed. Enter says where it is another one; Escape empties
 * the field.
 */
export function TypedConfirmation(props: {
  name: string
  lost: ReactNode
  action: string
  /** False while something else is missing. */
  isReady?: boolean
  isRunning?: boolean
  /** Whether it was done; what was typed stays where it was not. */
  act(): Promise<boolean>
  /** More fields before the name. */
  children?: ReactNode
}) {
  const { name, lost, action, isReady = true, isRunning = false, act, children } = props
  const [typed, setTyped] = useState('')
  const [isWrong, setIsWrong] = useState(false)
  const put = (text: string) => {
    setTyped(text)
    setIsWrong(false)
  }
  return (
    <form
      className="body"
      onSubmit={event => {
        event.preventDefault()
        if (typed !== name || !isReady) return
        void act().then(isDone => {
          if (!isDone) return
          put('')
          // What had the focus may be gone with what was taken away.
          if (document.activeElement === document.body) document.querySelector('main')?.focus()
        })
      }}
    >
      <p>{lost}</p>
      <div className="form">
        {children}
        <TextInput
          size="xs"
          className="long"
          label={texts.confirm.label}
          error={isWrong && texts.confirm.wrong(name)}
          value={typed}
          onChange={event => put(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Escape') put('')
            // A form whose button is disabled is not submitted.
            if (event.key === 'Enter' && typed !== name) setIsWrong(true)
          }}
        />
        <Button size="xs" type="submit" color="red" disabled={typed !== name || !isReady} loading={isRunning}>
          {action}
        </Button>
      </div>
    </form>
  )
}
