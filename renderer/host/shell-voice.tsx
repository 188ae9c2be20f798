import { lazy, Suspense, useEffect, useState } from 'react'
import { go } from '../components/router.ts'
import { shell } from './shell.ts'

const PassphraseDialog = lazy(() => import('./passphrase-dialog.tsx'))

/** Does what the menus of the desktop shell say; nothing in a browser. */
export function ShellVoice() {
  const [isAsking, setIsAsking] = useState(false)
  useEffect(() => shell?.onGo(path => go(path)), [])
  useEffect(() => shell?.onAskPassphrase(() => setIsAsking(true)), [])
  if (!shell || !isAsking) return null
  return (
    <Suspense fallback={null}>
      <PassphraseDialog shell={shell} close={() => setIsAsking(false)} />
    </Suspense>
  )
}
