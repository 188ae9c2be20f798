import './compare.css'
import { useCallback, useMemo } from 'react'
import { useEngine } from '../../client/store.ts'
import { RoomHeader } from '../../components/room-header.tsx'
import { go, usePlace } from '../../components/router.ts'
import { Comparison } from './comparison.tsx'
import { addressOf, type ComparePlace, readPlace } from './place.ts'
import { RunTable } from './run-table.tsx'
import { texts } from './texts.ts'

/** All runs, and the chosen ones beside each other, or one alone. */
export function CompareRoom() {
  const { search } = usePlace()
  const place = useMemo(() => readPlace(search), [search])
  const address = place.runs.join()
  const isKnown = useEngine(({ runs }) => runs !== null)
  const chosen = useMemo(() => address.split(',').filter(Boolean), [address])
  const show = useCallback(
    (change: Partial<ComparePlace>) => {
      const next = { ...place, ...change }
      // Back returns to what was chosen before all of it was let go.
      go(addressOf(next), { replace: next.runs.length > 0 || place.runs.length === 0 })
    },
    [place],
  )
  return (
    <div className="compare-room">
      <RoomHeader title={texts.title} question={texts.question}>
        {chosen.length > 0 && (
          <button type="button" className="link" onClick={() => show({ runs: [] })}>
            {texts.clear}
          </button>
        )}
      </RoomHeader>
      {/* What the page knows of runs tells when to ask for all of them again: asking earlier would be asking twice. */}
      {isKnown ? <RunTable place={place} chosen={chosen} show={show} /> : <p className="empty">{texts.asking}</p>}
      {chosen.length > 0 && <Comparison ids={chosen} />}
    </div>
  )
}
