import { Button } from '@mantine/core'
import type { AppError } from '../../shared/errors.ts'
import { ErrorNotice } from './error-notice.tsx'

const texts = {
  broken: 'Promote another run, or unpin the check if it is no longer meant.',
  force: 'Make it champion all the same',
}

/** Why an alias was not moved; where pinned checks stand in the way, it can be moved all the same. */
export function RefusedPromotion(props: { error: AppError | null; isRunning: boolean; force(): void }) {
  const { error, isRunning, force } = props
  if (error?.code !== 'check-broken') return <ErrorNotice error={error} />
  return (
    <>
      <ErrorNotice error={{ message: error.message, mend: texts.broken }} />
      <p className="body">
        <Button size="xs" variant="default" loading={isRunning} onClick={force}>
          {texts.force}
        </Button>
      </p>
    </>
  )
}
