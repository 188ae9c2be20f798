import { type Command, Option } from 'commander'
import type { LatheClient } from '../../../shared/contract/client.ts'
import { AppError } from '../../../shared/errors.ts'
import { formatSeconds } from '../../../shared/lib/format.ts'
import { isBetter, isMetricId } from '../../../shared/model/metrics.ts'
import { type Search, type Strategy, strategies, type Trial } from '../../../shared/model/search.ts'
import { addForecastFlags, type ForecastFlags, forecastOf } from '../forecast-flags.ts'
import { addLearnedFlags, collectText, type LearnedFlags, learned, positiveNumber, wholeNumber } from '../options.ts'
import { textTable } from '../text-table.ts'
import { metrics, number } from '../values.ts'
import { type Answer, defineVerb } from '../verb.ts'

interface SearchFlags extends LearnedFlags, ForecastFlags {
  algorithm?: string[]
  strategy: Strategy
  minutes?: number
  trials?: number
  memory?: number
  parallel?: number
}

export const searchVerb = defineVerb<SearchFlags>({
  name: 'search',
  summary: 'find the best model within a budget: the baseline first, then algorithms and their settings',
  arguments: '<dataset>',
  configure(command: Command) {
    command
      .option(
        '--minutes <n>',
        'of the whole search, its last file included; 10 when no --trials limit it',
        positiveNumber,
      )
      .option('--trials <n>', 'at most so many besides the baseline', wholeNumber(1, 100_000))
      .option('--memory <megabytes>', "of one trial's process", wholeNumber(64, 10_000_000))
      .option('--algorithm <id>', 'one of those that are searched (repeat); all when left out', collectText)
      .addOption(
        new Option('--strategy <name>', 'drawn at random, by TPE, or on few rows first (ASHA)')
          .choices([...strategies])
          .default('auto'),
      )
      .option('--parallel <n>', 'trials at the same time; 1 with --trials alone', wholeNumber(1, 64))
    addLearnedFlags(command)
    addForecastFlags(command)
  },
  examples: [
    'lathe search sales --target churned --minutes 10',
    'lathe search sales --target amount --time day --forecast 28 --known price --minutes 10',
    'lathe search sales --target churned --trials 50 --algorithm gradient-boosting --seed 7',
  ],
  async run(context, [dataset], flags) {
    const client = await context.client()
    const { job } = await client.searches.start({
      dataset: dataset!,
      target: flags.target,
      ...learned(flags),
      folds: flags.folds,
      algorithms: flags.algorithm,
      strategy: flags.strategy,
      seconds: flags.minutes === undefined ? undefined : flags.minutes * 60,
      trials: flags.trials,
      memoryMegabytes: flags.memory,
      forecast: forecastOf(flags),
      parallel: flags.parallel,
    })
    return foundBy(client, await context.finish('search', { job }))
  },
})

/** What a search that is done found: its trials, and the run that won. */
export async function foundBy(client: LatheClient, found: Search): Promise<Answer> {
  const { trials } = await client.searches.get({ search: found.search })
  const best = await client.runs.get({ run: (found.runs[1] ?? found.runs[0])! })
  const { curves: _, ...winner } = best
  return {
    json: { ...found, trials, winner },
    text: `${searchText(found, trials)}\n\nBest: ${best.run} (${best.algorithm})\nOn the test rows: ${metrics(best.metrics, best.intervals)}`,
  }
}

/** The best trials as a table, and what was found. */
export function searchText({ metric, findings, runs }: Search, trials: Trial[]): string {
  const shown = trials.filter(({ status }) => status !== 'done').length
  const isAhead = (a: number, b: number) => metric !== null && isMetricId(metric) && isBetter(metric, a, b)
  const best = trials
    .filter(({ score, share }) => score !== null && share === 1)
    .toSorted((a, b) => Number(isAhead(b.score!, a.score!)) - Number(isAhead(a.score!, b.score!)))
    .slice(0, 10)
  const table = textTable(
    best,
    [
      { title: 'trial', value: trial => trial.trial, right: true },
      { title: 'algorithm', value: trial => trial.algorithm },
      { title: `${metric ?? 'score'} (validation)`, value: trial => number(trial.score), right: true },
      { title: 'time', value: trial => (trial.seconds === null ? null : formatSeconds(trial.seconds)), right: true },
      { title: 'settings', value: trial => settings(trial) },
    ],
    'No trial on all training rows',
  )
  const rest = shown ? `\n${shown} trials without a score` : ''
  const compare = runs.length > 1 ? `\n\nCompare them: lathe compare ${runs.join(' ')}` : ''
  return `${table}${rest}\n\n${findings.join('\n')}${compare}`
}

function settings({ parameters }: Trial): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : value}`)
    .join(' ')
}

/** Throws `not-found` where nothing of a search is named so. */
export function oneSearch(searches: Search[], beginning: string): Search {
  const found = searches.filter(({ search }) => search.startsWith(beginning))
  if (found.length === 1) return found[0]!
  throw new AppError(
    'not-found',
    `${found.length ? 'Several searches begin' : 'No search begins'} with "${beginning}"`,
    {
      mend: 'See `lathe searches`.',
    },
  )
}
