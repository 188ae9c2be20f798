import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { ErrorNotice } from '../components/error-notice.tsx'
import { RoomHeader } from '../components/room-header.tsx'
import { texts } from './texts.ts'

/**
 * Keeps the rest of the window where a room fails or its code cannot be loaded, and around all of it the page from being blank: says why, and offers to
 * load it anew.
 */
export class RoomBoundary extends Component<
  { title: string; isWhole?: boolean; children: ReactNode },
  { failure: Error | null }
> {
  override state = { failure: null as Error | null }

  static getDerivedStateFromError(failure: Error) {
    return { failure }
  }

  override render() {
    const { failure } = this.state
    const { title, isWhole = false, children } = this.props
    if (!failure) return children
    const told = (
      <>
        <RoomHeader title={title} />
        <ErrorNotice error={{ message: texts.broken(failure.message), mend: texts.brokenMend }} />
        <p>
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            {texts.loadAnew}
          </Button>
        </p>
      </>
    )
    return isWhole ? <main style={{ padding: 24 }}>{told}</main> : told
  }
}
