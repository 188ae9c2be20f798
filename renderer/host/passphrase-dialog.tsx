import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { AppError } from '../../shared/errors.ts'
import type { Shell } from '../../shared/shell.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { texts } from './texts.ts'

/** Asks for the passphrase and hands it to the shell; what the shell refuses it for stands beneath. */
export default function PassphraseDialog({ shell, close }: { shell: Shell; close(): void }) {
  const [passphrase, setPassphrase] = useState('')
  const [refused, setRefused] = useState<AppError | null>(null)
  const [state, setState] = useState<'open' | 'asking' | 'kept'>('open')
  const keep = async () => {
    setState('asking')
    const answer = await shell.keepPassphrase(passphrase)
    setRefused(answer.refused === null ? null : new AppError('secrets-locked', answer.refused))
    setState(answer.refused === null ? 'kept' : 'open')
  }
  return (
    <Modal opened onClose={close} title={texts.title} closeButtonProps={{ 'aria-label': texts.cancel }}>
      {state === 'kept' ? (
        <Text size="sm" role="status">
          {texts.kept}
        </Text>
      ) : (
        <form
          onSubmit={event => {
            event.preventDefault()
            void keep()
          }}
        >
          <Stack gap="sm">
            <Text size="sm">{texts.about}</Text>
            <PasswordInput
              data-autofocus
              size="xs"
              label={texts.label}
              autoComplete="off"
              value={passphrase}
              disabled={state === 'asking'}
              onChange={event => {
                setPassphrase(event.currentTarget.value)
                setRefused(null)
              }}
            />
            <ErrorNotice error={refused} />
            <Group justify="flex-end" gap="xs">
              <Button size="xs" variant="default" onClick={close}>
                {texts.cancel}
              </Button>
              <Button size="xs" type="submit" loading={state === 'asking'} disabled={passphrase === ''}>
                {texts.keep}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
