import { mostStrokes } from '../../charts/strokes.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { labelOf, settingsOf } from './columns.ts'
import { CurvesPanel } from './curves-panel.tsx'
import { DiagnosticsPanel } from './diagnostics-panel.tsx'
import { LearningPanel } from './learning-panel.tsx'
import { texts } from './texts.ts'
import { VerdictPanel } from './verdict-panel.tsx'

/** The chosen runs beside each other, the baseline first; of one alone, what it is without another. */
export function Comparison({ ids }: { ids: string[] }) {
  // Of a run that goes on, all is asked for again at its end.
  const states = useEngine(({ runs }) => runs?.flatMap(({ run, status }) => (ids.includes(run) ? status : [])).join())
  const asked = useAsked(`${ids} ${states}`, () => Promise.all(ids.map(run => engine.runs.get({ run }))))
  const { value: runs, error } = asked
  if (!runs) return error ? <ErrorNotice error={error} /> : <p className="empty">{texts.asking}</p>
  const settings = settingsOf(runs, false)
  const drawn = runs.slice(0, mostStrokes)
  return (
    <>
      {runs.length > 1 && (
        <>
          <VerdictPanel runs={runs} />
          <Panel title={texts.settings}>
            <div className="settings">
              <List
                label={texts.settings}
                items={settings}
                keyOf={({ name }) => name}
                empty={texts.sameSettings}
                columns={[
                  { title: texts.setting, cell: ({ name }) => name, text: ({ name }) => name },
                  ...runs.map((run, i) => ({
                    title: labelOf(run, i),
                    cell: ({ of }: (typeof settings)[number]) => of(run),
                    text: ({ of }: (typeof settings)[number]) => of(run),
                  })),
                ]}
              />
            </div>
          </Panel>
        </>
      )}
      {drawn.length < runs.length && <p className="notice">{texts.drawnOf(drawn.length, runs.length)}</p>}
      <DiagnosticsPanel runs={drawn} />
      <LearningPanel runs={drawn} />
      <CurvesPanel runs={runs} />
    </>
  )
}
