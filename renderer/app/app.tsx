import { Suspense, useEffect } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useSession } from '../client/session.ts'
import { useEngine } from '../client/store.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { usePlace } from '../components/router.ts'
import { ShellVoice } from '../host/shell-voice.tsx'
import { screens } from '../screens/index.ts'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import { RoomBoundary } from './room-boundary.tsx'
import { SampleNote } from './sample-note.tsx'
import { StatusBar } from './status-bar.tsx'
import { texts } from './texts.ts'
import { useKeptScroll } from './use-kept-scroll.ts'

/** The shell: the rooms at the left, one of them in the middle, the state of the engine below. */
export function App() {
  const [info, isConnected, error, start] = useEngine(
    useShallow(state => [state.info, state.isConnected, state.error, state.start] as const),
  )
  const { refusal } = useSession()
  useEffect(() => start(), [start])
  useKeptScroll()
  const { room } = usePlace()
  const screen = screens.get(screens.has(room) ? room : 'overview')
  return (
    <div className="app">
      <Rail current={screen.id} />
      <main tabIndex={-1}>
        {!isConnected && info !== null && refusal === null && (
          <p className="notice" role="status">
            {texts.notAnswering}
          </p>
        )}
        <ErrorNotice error={refusal ?? error} />
        {room !== '' && !screens.has(room) && <p className="notice">{texts.noRoom(room)}</p>}
        {info?.notices.map(notice => (
          <p key={notice} className="notice">
            {notice}
          </p>
        ))}
        <SampleNote room={screen.id} />
        <RoomBoundary key={screen.id} title={screen.title}>
          <Suspense fallback={<p className="empty">{texts.opening(screen.title)}</p>}>
            <screen.component />
          </Suspense>
        </RoomBoundary>
      </main>
      <StatusBar />
      <Palette />
      <ShellVoice />
    </div>
  )
}
