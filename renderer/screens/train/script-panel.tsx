import { formatBytes, formatCount, formatSeconds } from '../../../shared/lib/format.ts'
import type { ScriptRecord } from '../../../shared/model/script.ts'
import { FactList } from '../../components/fact-list.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { formatMetric } from '../../components/scores.ts'
import { texts } from './texts.ts'

const { script: words } = texts

/** What code a run was made by, what that took, and what it says of itself. */
export function ScriptPanel({ script }: { script: ScriptRecord }) {
  return (
    <>
      <Panel title={words.reported}>
        <p className="body soft">{words.reportedHelp}</p>
        <Reported script={script} />
      </Panel>
      {script.logged && Object.keys(script.logged).length > 0 && (
        <Panel title={words.logged}>
          <FactList facts={Object.entries(script.logged)} />
        </Panel>
      )}
      <Panel title={words.title}>
        <ScriptFacts script={script} />
      </Panel>
    </>
  )
}

function Reported({ script: { reported } }: { script: ScriptRecord }) {
  return (
    <List
      label={words.reported}
      items={Object.keys(reported)}
      keyOf={name => name}
      empty={words.reportedNothing}
      columns={[
        { title: words.its, cell: name => name, text: name => name },
        { title: words.value, isNumber: true, cell: name => formatMetric(reported[name]) },
      ]}
    />
  )
}

export function ScriptFacts({ script }: { script: ScriptRecord }) {
  const { usage, commit, printed } = script
  const known = (value: number | null | undefined, format: (value: number) => string) =>
    value === null || value === undefined ? '' : format(value)
  const facts: [string, string][] = [
    [words.fileFact, script.file],
    [words.arguments, script.args.join(' ')],
    [words.runByFact, [script.program ?? words.itself, script.version].filter(Boolean).join(', ')],
    [words.folder, script.folder],
    [words.commit, commit ? `${commit.id.slice(0, 12)}${commit.isDirty ? words.dirty : ''}` : words.noCommit],
    [words.sha256, script.sha256 ?? ''],
    [words.variables, script.environment.join(', ')],
    [words.wallTime, known(usage?.seconds, formatSeconds)],
    [words.processorTime, known(usage?.cpuSeconds, formatSeconds)],
    [words.memory, known(usage?.peakBytes, formatBytes)],
    [words.printed, printed ? words.lines(formatCount(printed.lines), formatBytes(printed.bytes)) : ''],
    [words.exitCode, known(script.exitCode, String)],
  ]
  return <FactList facts={facts} />
}

/** What a script that failed said last on standard error, from the details of its error. */
export function LastLines({ details }: { details: Record<string, unknown> | undefined }) {
  const lines = details?.lastLines
  if (!Array.isArray(lines) || lines.length === 0) return null
  return (
    <section className="last-lines" aria-label={words.lastLines} tabIndex={0}>
      <pre>{lines.join('\n')}</pre>
    </section>
  )
}
