import { Button } from '@mantine/core'
import type { AppError } from '../../shared/errors.ts'
import { ErrorNotice } from './error-notice.tsx'
import { texts } from './texts.ts'

/** Why an alias was not moved; where pinned checks stand in the way, it can be moved all the same. */
export function RefusedPromotion(props: { error: AppError | null; isRunning: boolean; force(): void }) {
  const { error, isRunning, force } = props
  if (error?.code !== 'check-broken') return <ErrorNotice error={error} />
  return (
    <>
      <ErrorNotice error={{ message: error.message, mend: texts.alias.brokenCheck }} />
      <p className="body">
        <Button size="xs" variant="default" loading={isRunning} onClick={force}>
          {texts.alias.force}
        </Button>
      </p>
    </>
  )
}
