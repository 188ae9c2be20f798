import type { Command } from 'commander'
import type { LatheClient } from '../../shared/contract/client.ts'
import type { JobKindId, JobResult } from '../../shared/contract/jobs.ts'
import type { Job } from '../../shared/model/job.ts'

/** What a verb has at hand while it runs. */
export interface VerbContext {
  /** Absolute path of the workspace folder. */
  readonly workspace: string
  /** True when stdout takes one JSON document and nothing else. */
  readonly isJson: boolean
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal
  /** The engine of the workspace: joined, or started when none runs. */
  client(): Promise<LatheClient>
  /** Shows the progress of jobs until all have ended, however they did; Ctrl-C cancels them. */
  follow(jobs: Job[]): Promise<Job[]>
  /** Follows one job and gives its result; throws the error that it ended with. */
  finish<Kind extends JobKindId>(kind: Kind, started: { job: Job }): Promise<JobResult<Kind>>
  /** A line for the person, on stderr. */
  say(line: string): void
  /** Prints the answer before the verb ends, for a verb that goes on (an engine in the foreground). */
  print(answer: Answer): void
}

/** What a verb answers: one JSON document, and the same for a person. */
export interface Answer {
  json: unknown
  text: string
}

export interface VerbDefinition<Options> {
  name: string
  summary: string
  /** In commander's notation, such as `<model> [file]`. */
  arguments?: string
  /** Declares the verb's options. */
  configure?(command: Command): void
  /** Lines below the help text. */
  examples?: string[]
  run(context: VerbContext, args: string[], options: Options): Promise<Answer | null>
}

/** A verb whose options are what its own `configure` declared; only commander hands them over. */
export type Verb = VerbDefinition<Record<string, unknown>>

export function defineVerb<Options = Record<string, never>>(definition: VerbDefinition<Options>): Verb {
  return {
    ...definition,
    run: (context, args, options) => definition.run(context, args, options as Options),
  }
}
