import { Button } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { bundleFiles, bundleRoles } from '../../../shared/inference/bundle.ts'
import { engine } from '../../client/engine.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { texts } from './texts.ts'

type Role = (typeof bundleRoles)[number]

/** Gives a file of the bundle to the browser to save. */
async function save(bundle: string, role: Role): Promise<void> {
  const file = await engine.models.bundleFile({ bundle, role })
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = bundleFiles[role]
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** The files of a bundle, each held against its digest by the engine before it is given out. */
export function BundleFiles({ bundle }: { bundle: string }) {
  const [busy, setBusy] = useState<Role | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const start = (role: Role) => {
    setBusy(role)
    setError(null)
    save(bundle, role).then(
      () => setBusy(null),
      failure => {
        setBusy(null)
        setError(toAppError(failure))
      },
    )
  }
  return (
    <div className="files">
      {bundleRoles.map(role => (
        <Button
          key={role}
          size="compact-xs"
          variant="default"
          loading={busy === role}
          aria-label={`${texts.save} ${bundleFiles[role]}`}
          onClick={() => start(role)}
        >
          {bundleFiles[role]}
        </Button>
      ))}
      <ErrorNotice error={error} />
    </div>
  )
}
