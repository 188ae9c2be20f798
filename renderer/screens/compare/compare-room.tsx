import './compare.css'
import { useCallback, useMemo } from 'react'
import { useEngine } from '../../client/store.ts'
import { RoomHeader } from '../../components/room-header.tsx'
import { go, usePlace } from '../../components/router.ts'
import { Comparison } from './comparison.tsx'
import { addressOf, readPlace } from './place.ts'
import { RunTable } from './run-table.tsx'
import { texts } from './texts.ts'

/** All runs, and the chosen ones beside each other, or one alone. */
export function CompareRoom() {
  const place = readPlace(usePlace().search)
  const address = place.runs.join()
  const axes = JSON.stringify(place.axes)
  const isKnown = useEngine(({ runs }) => runs !== null)
  const chosen = useMemo(() => address.split(',').filter(Boolean), [address])
  const choose = useCallback(
    // Back returns to what was chosen before all of it was let go.
    (runs: string[]) =>
      go(addressOf({ runs, axes: JSON.parse(axes) as string[] }), { replace: runs.length > 0 || address === '' }),
    [axes, address],
  )
  return (
    <div className="compare-room">
      <RoomHeader title={texts.title} question={texts.question}>
        {chosen.length > 0 && (
          <button type="button" className="link" onClick={() => choose([])}>
            {texts.clear}
          </button>
        )}
      </RoomHeader>
      {/* What the page knows of runs tells when to ask for all of them again: asking earlier would be asking twice. */}
      {isKnown ? <RunTable chosen={chosen} choose={choose} /> : <p className="empty">{texts.asking}</p>}
      {chosen.length > 0 && <Comparison key={address} ids={chosen} />}
    </div>
  )
}
