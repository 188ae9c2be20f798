import { formatCount } from '../../../shared/lib/format.ts'
import type { Run } from '../../../shared/model/run.ts'
import { Link } from '../../components/link.tsx'
import { usePlace } from '../../components/router.ts'
import { labelOf } from './columns.ts'
import { alikeAmong } from './comparable.ts'
import { addressOf, readPlace } from './place.ts'
import { texts } from './texts.ts'

/** More names than these are told by their number. */
const mostNames = 6

/** Which of the chosen runs can be held against each other, and the way to them alone. */
export function AlikeGroups({ runs }: { runs: Run[] }) {
  const place = readPlace(usePlace().search)
  return (
    <div className="body alike">
      <p>{texts.unalike}</p>
      <ul>
        {alikeAmong(runs).map(group => {
          const ids = group.map(({ run }) => run)
          const names = group.slice(0, mostNames).map(run => labelOf(run, runs.indexOf(run)))
          if (group.length > mostNames) names.push(texts.moreRuns(group.length - mostNames))
          return (
            <li key={ids[0]}>
              <bdi>{asked(group[0]!)}</bdi>: <bdi>{names.join(', ')}</bdi>{' '}
              <Link to={addressOf({ ...place, runs: ids })}>{texts.only(group.length)}</Link>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function asked({ task, target, classes, dataset, datasetVersion, rows, seed }: Run): string {
  // The second of two classes is the one that is looked for.
  const positive = task === 'binary' ? (classes[1] ?? null) : null
  return texts.asked({
    what: task === null ? '' : texts.tasks[task],
    ...{ target, positive, seed },
    data: `${dataset}:${datasetVersion}`,
    testRows: rows ? formatCount(rows.test) : null,
  })
}
