import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { ErrorNotice } from '../components/error-notice.tsx'
import { RoomHeader } from '../components/room-header.tsx'
import { texts } from './texts.ts'

/** Keeps the rest of the window where a room fails or its code cannot be loaded: says why, and offers to load the page anew. */
export class RoomBoundary extends Component<{ title: string; children: ReactNode }, { failure: Error | null }> {
  override state = { failure: null as Error | null }

  static getDerivedStateFromError(failure: Error) {
    return { failure }
  }

  override render() {
    const { failure } = this.state
    if (!failure) return this.props.children
    return (
      <>
        <RoomHeader title={this.props.title} />
        <ErrorNotice error={{ message: texts.broken(failure.message), mend: texts.brokenMend }} />
        <p>
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            {texts.loadAnew}
          </Button>
        </p>
      </>
    )
  }
}
