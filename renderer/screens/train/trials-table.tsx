import { formatSeconds } from '../../../shared/lib/format.ts'
import type { Search, Trial } from '../../../shared/model/search.ts'
import { Panel } from '../../components/panel.tsx'
import { Status } from '../../components/status.tsx'
import { useVirtualRows } from '../../components/use-virtual-rows.ts'
import { isBetter } from './search-points.ts'
import { texts } from './texts.ts'

/** In pixels; the style of the table holds rows to it. */
const rowHeight = 27

/** What runs first, then the best on all rows, then those on a part, then those without a score. */
function inOrder(trials: readonly Trial[], metric: string | null): Trial[] {
  const rank = ({ status, share, score }: Trial) => (status === 'running' ? -1 : score === null ? 2 : share < 1 ? 1 : 0)
  return trials.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.score === null || b.score === null || a.score === b.score ? 0 : isBetter(metric, a.score, b.score) ? -1 : 1) ||
      a.trial - b.trial,
  )
}

/** Settings that differ among the trials of an algorithm, by its id. */
function variedSettings(trials: readonly Trial[]): Map<string, string[]> {
  const values = new Map<string, Map<string, Set<string>>>()
  for (const { algorithm, parameters } of trials) {
    const own = values.get(algorithm) ?? new Map<string, Set<string>>()
    values.set(algorithm, own)
    for (const [name, value] of Object.entries(parameters)) {
      own.set(name, (own.get(name) ?? new Set()).add(JSON.stringify(value)))
    }
  }
  return new Map(
    [...values].map(([id, own]) => [id, [...own].filter(([, seen]) => seen.size > 1).map(([name]) => name)]),
  )
}

function settings({ parameters }: Trial, names: readonly string[]): string {
  return names
    .map(name => [name, parameters[name]] as const)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : value}`)
    .join(' · ')
}

export function TrialsTable({ search, trials }: { search: Search; trials: Trial[] }) {
  const varied = variedSettings(trials)
  const rows = inOrder(trials, search.metric)
  const { box, first, end, above, below } = useVirtualRows(rows.length, rowHeight)
  return (
    <Panel title={texts.trials} count={rows.length}>
      {rows.length === 0 && <p className="empty">{texts.noTrials}</p>}
      <section className="scroll trials" aria-label={texts.trialsTable} tabIndex={0} ref={box}>
        <table aria-rowcount={rows.length + 1}>
          <thead>
            <tr>
              {texts.trialColumns.map(([name, title]) => (
                <th key={name} scope="col" className={name}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {above > 0 && <tr style={{ height: above }} />}
            {rows.slice(first, end).map((trial, i) => {
              const told = trial.error?.message ?? settings(trial, varied.get(trial.algorithm) ?? [])
              return (
                <tr
                  key={trial.trial}
                  aria-rowindex={first + i + 2}
                  className={trial.trial === search.best ? 'chosen' : undefined}
                >
                  <td className="number">{trial.trial}</td>
                  <td>{trial.algorithm}</td>
                  <td title={trial.error?.message}>
                    <Status state={trial.status} />
                  </td>
                  <td className="number">{trial.score === null ? '' : Number(trial.score.toPrecision(5))}</td>
                  <td className="number">{trial.share < 1 ? `${Math.round(trial.share * 100)} %` : texts.allRows}</td>
                  <td className="number">{trial.seconds === null ? '' : formatSeconds(trial.seconds)}</td>
                  <td title={told}>{told}</td>
                </tr>
              )
            })}
            {below > 0 && <tr style={{ height: below }} />}
          </tbody>
        </table>
      </section>
    </Panel>
  )
}
