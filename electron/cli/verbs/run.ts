import { formatBytes, formatSeconds } from '../../../shared/lib/format.ts'
import { findingsText } from '../findings-text.ts'
import { scriptFields } from '../script-text.ts'
import { oneLine, textFields, textTable } from '../text-table.ts'
import { number, percent, shortDigest, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const runVerb = defineVerb({
  name: 'run',
  summary: 'show one run: settings, metrics, curves, placement, warnings',
  arguments: '<run>',
  async run(context, [id]) {
    const run = await (await context.client()).runs.get({ run: id! })
    const fields = textFields({
      run: run.run,
      name: run.name,
      status: run.status,
      error: run.error ? `${run.error.code}: ${run.error.message}` : null,
      repeats: run.from && [run.from.run, run.from.endpoint].filter(Boolean).join(', because of the endpoint '),
      dataset: `${run.dataset}:${run.datasetVersion}`,
      target: run.target,
      task: run.task,
      classes: run.classes.join(', '),
      algorithm: run.algorithm,
      parameters: Object.entries(run.parameters)
        .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : value}`)
        .join(' '),
      seed: run.seed,
      device: run.device === null ? null : `${run.device} (asked for: ${run.deviceChoice})`,
      rows: run.rows
        ? `${number(run.rows.train)} train, ${number(run.rows.validation)} validation, ${number(run.rows.test)} test`
        : null,
      ...(run.script ? scriptFields(run.script) : {}),
      bundle: run.bundleDigest ? shortDigest(run.bundleDigest) : null,
      started: time(run.startedAt),
      time: run.seconds === null ? null : formatSeconds(run.seconds),
      'bytes a step': run.bytesPerStep === null ? null : formatBytes(run.bytesPerStep),
    })
    const metrics = textTable(
      Object.keys(run.metrics),
      [
        { title: 'metric', value: metric => metric },
        { title: 'test', value: metric => number(run.metrics[metric]), right: true },
        { title: '95 % interval', value: metric => run.intervals[metric]?.map(number).join(' – ') },
        { title: 'validation', value: metric => number(run.validationMetrics[metric]), right: true },
      ],
      'No metrics',
    )
    const placement = textTable(
      run.placement,
      [
        { title: 'provider', value: place => place.provider },
        { title: 'operators', value: place => percent(place.operatorShare), right: true },
        { title: 'time', value: place => percent(place.timeShare), right: true },
        { title: 'why', value: place => place.reasons.join('; ') },
      ],
      '',
    )
    const curves = run.curves.map(
      ({ key, steps, values }) => `${key}: ${steps.length} points, ${number(values[0])} → ${number(values.at(-1))}`,
    )
    const warnings = [...run.suspects.map(({ message }) => message), ...run.warnings].map(
      warning => `warning: ${oneLine(warning)}`,
    )
    const found = run.findings ? findingsText(run.findings) : ''
    const parts = [fields, metrics, found, placement, curves.join('\n'), warnings.join('\n')]
    return { json: run, text: parts.filter(part => part !== '').join('\n\n') }
  },
})
