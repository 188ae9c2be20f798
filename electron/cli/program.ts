import { Command } from 'commander'
import { latheVersion } from '../../shared/version.ts'
import type { Verb } from './verb.ts'
import { verbRegistry } from './verbs/index.ts'

export interface GlobalFlags {
  json: boolean
  workspace?: string
}

export type Execute = (
  verb: Verb,
  args: string[],
  options: Record<string, unknown>,
  flags: GlobalFlags,
) => Promise<void>

const footer = `
Exit codes: 0 done, 1 failed (code and message on stderr), 2 wrong usage, 130 ended by Ctrl-C.
MODEL is name, name:3 or name@alias; DATASET is name or name:2.`

/** The command line as a tree of commander; wrong usage throws a CommanderError instead of ending the process. */
export function buildProgram(execute: Execute): Command {
  const program = new Command('lathe')
    .description('Lathe: from a file of data to a model that runs somewhere and is still right')
    .version(latheVersion, '--version')
    .helpCommand('help [verb]', 'what a verb takes')
    .configureHelp({
      subcommandTerm: command =>
        `${command.name()} ${command.usage().replace(' [options]', '').replace('[options]', '')}`.trim(),
    })
    .addHelpText('after', footer)
    .exitOverride()
  addGlobalFlags(program)
  for (const { verb } of verbRegistry.entries) addVerb(program, verb, execute)
  return program
}

function addGlobalFlags(command: Command): void {
  command
    .option('--json', 'one JSON document on stdout')
    .option('--workspace <folder>', 'the workspace folder (or LATHE_WORKSPACE)')
}

function addVerb(program: Command, verb: Verb, execute: Execute): void {
  const command = program.command(`${verb.name}${verb.arguments ? ` ${verb.arguments}` : ''}`).summary(verb.summary)
  command.description(`${verb.summary[0]!.toUpperCase()}${verb.summary.slice(1)}.`)
  command.usage(`${verb.arguments ? `${verb.arguments} ` : ''}[options]`)
  verb.configure?.(command)
  addGlobalFlags(command)
  command.exitOverride()
  if (verb.examples) command.addHelpText('after', `\nExamples:\n${verb.examples.map(line => `  ${line}`).join('\n')}`)
  command.action(async () => {
    const { json, workspace, ...options } = command.opts()
    const above = program.opts()
    await execute(verb, command.args, options, {
      json: Boolean(json ?? above.json),
      workspace: (workspace ?? above.workspace) as string | undefined,
    })
  })
}
