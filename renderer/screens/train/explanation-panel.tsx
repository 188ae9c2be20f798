import { Button, SegmentedControl } from '@mantine/core'
import { useMemo, useState } from 'react'
import { briefly } from '../../../shared/lib/briefly.ts'
import { formatCount, formatNumber, formatRange } from '../../../shared/lib/format.ts'
import type { Explanation, PartialDependence } from '../../../shared/model/explanation.ts'
import type { DeviceChoice, Run } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import { dependenceOption, localEffectsOption } from '../../charts/dependence.ts'
import type { Palette } from '../../charts/options.ts'
import { engine } from '../../client/engine.ts'
import { useCommands } from '../../components/commands.ts'
import { DeviceSelect } from '../../components/device-select.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { Contributions } from './contributions.tsx'
import { texts } from './texts.ts'
import { useTold } from './use-told.ts'

/** Curves of classes that can be told apart in one chart. */
const mostOutputs = 6
/** From here on two columns are said to go together. */
const leastLikeness = 0.5

/** What the model goes by: importance of its columns, and how the answer follows them. Worked out once it is asked for. */
export function ExplanationPanel({ run }: { run: Run }) {
  const { told: explanation, start, job, error, isRunning, isLoading } = useTold('explain', run.run)
  const [device, setDevice] = useState<DeviceChoice>('cpu')
  const explain = () => void (isRunning || start(() => engine.runs.explain({ run: run.run, device })))
  useCommands(() => [{ ...texts.commands.explain(run.name), run: explain }])
  const about =
    explanation &&
    texts.explainedOn(
      formatCount(explanation.rows),
      formatCount(explanation.testRows),
      explanation.repeats,
      explanation.device ?? 'cpu',
    )
  return (
    <Panel title={texts.explanation} wide={explanation !== null}>
      <div className="body asks">
        <p className="soft">{about ?? texts.explanationHint}</p>
        <DeviceSelect value={device} onChange={setDevice} />
        <Button
          size="xs"
          variant={explanation ? 'default' : 'filled'}
          loading={isRunning}
          disabled={isLoading}
          onClick={explain}
        >
          {explanation ? texts.explainAgain : texts.explain}
        </Button>
      </div>
      <JobLine job={job} />
      <ErrorNotice error={error} />
      {(explanation?.warnings ?? []).map(warning => (
        <p key={warning} className="notice">
          {warning}
        </p>
      ))}
      {explanation && <Explained explanation={explanation} />}
      {explanation?.trees && explanation.trees.shown.length > 0 && <Contributions told={explanation.trees} />}
    </Panel>
  )
}

const shortNumber = (value: number) => formatNumber(value, 3)
const shortRange = ([low, high]: [number, number]) => formatRange([shortNumber(low), shortNumber(high)])

function Explained({ explanation }: { explanation: Explanation }) {
  const { importance, dependence, loss } = explanation
  const [chosen, setChosen] = useState(0)
  const [way, setWay] = useState<Way>('partial')
  const most = importance[0]?.rise ?? 0
  const columns = importance[chosen]?.columns ?? []
  const shown = dependence.filter(({ column }) => columns.includes(column))
  return (
    <div className="explained">
      <List
        label={texts.importance}
        items={importance}
        keyOf={each => each.columns.join('\n')}
        isChosen={each => each === importance[chosen]}
        empty={texts.noColumns}
        columns={[
          {
            title: texts.column,
            cell: each => (
              <button
                type="button"
                className="link"
                aria-pressed={each === importance[chosen]}
                title={each.columns.length > 1 ? texts.groupedColumns : undefined}
                onClick={() => setChosen(importance.indexOf(each))}
              >
                {briefly(each.columns)}
              </button>
            ),
            text: each => each.columns.join(', '),
          },
          {
            title: texts.importance,
            cell: ({ rise }) => (
              <div className="importance" style={{ width: `${most > 0 ? Math.max(0, rise / most) * 100 : 0}%` }} />
            ),
          },
          { title: texts.rise(loss), isNumber: true, cell: ({ rise }) => shortNumber(rise) },
          { title: texts.interval, isNumber: true, cell: ({ interval }) => shortRange(interval) },
        ]}
      />
      <div className="dependences">
        {shown.length > 0 && (
          <div>
            <SegmentedControl
              size="xs"
              aria-label={texts.waysOfFollowing}
              data={ways.map(value => ({ value, label: texts[value] }))}
              value={way}
              onChange={value => setWay(value as Way)}
            />
            <p className="soft">{way === 'partial' ? texts.partialHint : texts.localEffectsHint}</p>
            {explanation.outputs.length > mostOutputs && (
              <p className="soft">{texts.firstOutputs(mostOutputs, explanation.outputs.length)}</p>
            )}
          </div>
        )}
        {shown.map(each => (
          <Dependence key={each.column} told={each} outputs={explanation.outputs} way={way} />
        ))}
        {columns.length > 0 && shown.length === 0 && <p className="empty">{texts.noDependence}</p>}
      </div>
    </div>
  )
}

const ways = ['partial', 'localEffects'] as const
type Way = (typeof ways)[number]

function Dependence({ told, outputs, way }: { told: PartialDependence; outputs: string[]; way: Way }) {
  // Of two classes the positive one says all.
  const names = useMemo(() => {
    const from = outputs.length === 2 ? 1 : 0
    return new Map(outputs.slice(from, from + mostOutputs).map((name, i) => [from + i, name] as const))
  }, [outputs])
  const option = useMemo(
    () => (palette: Palette) => {
      const named = {
        ...{ outputs: names, share: texts.shareOfRows, answer: texts.answer, change: texts.changeOfAnswer },
        ...{ missing: texts.missing, row: texts.rowName },
      }
      if (way === 'localEffects' && told.effects) return localEffectsOption(told.effects, told.type, named, palette)
      return dependenceOption(told, { ...named, low: texts.lowAnswer, high: texts.highAnswer }, palette)
    },
    [told, names, way],
  )
  const alike = told.alike && told.alike.likeness >= leastLikeness ? told.alike : null
  const without = told.type === 'text' || told.type === 'boolean' ? -1 : told.values.indexOf(null)
  const missing = without >= 0 && texts.whereMissing([...names].map(([k, name]) => [name, told.means[k]![without]!]))
  return (
    <figure>
      <figcaption title={told.column}>
        <span>{told.column}</span>
        {alike && (
          <span className="soft" title={texts.goesWithHint}>
            {texts.goesWith(alike.column, alike.likeness.toFixed(2))}
          </span>
        )}
        {missing && (
          <span className="soft" title={missing}>
            {missing}
          </span>
        )}
      </figcaption>
      {way === 'localEffects' && !told.effects ? (
        <p className="empty">{texts.noLocalEffects}</p>
      ) : (
        <Chart label={texts.follows([...names.values()].join(', '), told.column)} height={170} option={option} />
      )}
      {alike && way === 'partial' && <p className="soft">{texts.goesWithHint}</p>}
    </figure>
  )
}
