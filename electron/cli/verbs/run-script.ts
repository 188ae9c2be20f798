import { InvalidArgumentError } from 'commander'
import { AppError } from '../../../shared/errors.ts'
import { absolute, addSplitFlags, type LearnedFlags, learned, positiveNumber } from '../options.ts'
import { scriptFields } from '../script-text.ts'
import { textFields } from '../text-table.ts'
import { metrics } from '../values.ts'
import { defineVerb } from '../verb.ts'

interface RunScriptFlags extends Omit<LearnedFlags, 'target' | 'folds'> {
  python?: string
  command?: string
  dataset?: string
  target?: string
  env?: Record<string, string>
  minutes?: number
  folder?: string
  name?: string
}

/** `--env NAME=VALUE`, or `--env NAME` for the value that it has here. */
function collectVariable(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  const name = at < 0 ? text : text.slice(0, at)
  const value = at < 0 ? process.env[name] : text.slice(at + 1)
  if (name === '') throw new InvalidArgumentError('It takes NAME=VALUE, or the NAME of a variable that is set here.')
  if (value === undefined) throw new InvalidArgumentError(`The variable ${name} is not set here.`)
  return { ...before, [name]: value }
}

/** A path is meant from where the person stands; a name is looked for on PATH. */
const programOf = (text: string | undefined) => (text && /[\\/]/.test(text) ? absolute(text) : text)

export const runScriptVerb = defineVerb<RunScriptFlags>({
  name: 'run-script',
  summary: 'run a training script of your own as a job, and measure the model that it writes',
  arguments: '<file> [args...]',
  configure(command) {
    command
      .option('--python <program>', 'the interpreter of a Python script; python3 for a .py file when left out')
      .option('--command <program>', 'any other program that takes the file, such as bash or Rscript')
      .option('--dataset <dataset>', 'its training and validation rows are handed over as Parquet')
      .option('--target <column>', "what is to be predicted; the dataset's own when left out")
      .option(
        '--env <name=value>',
        'a variable for it (repeat); a NAME alone takes its value from here',
        collectVariable,
      )
      .option('--minutes <n>', 'end it after so long, with all that it started', positiveNumber)
      .option('--folder <folder>', 'where it stands; here when left out')
      .option('--name <name>', 'name of the run')
    addSplitFlags(command)
  },
  examples: [
    'lathe run-script train.py --python .venv/bin/python --dataset cells --target diagnosis -- --depth 3',
    'lathe run-script train.sh --command bash --env TOKEN --minutes 30',
    '',
    'The script finds in its environment:',
    '  LATHE_DATASET     Parquet file of the training rows (of all rows where there is no target)',
    '  LATHE_VALIDATION  Parquet file of the validation rows; the test rows stay with Lathe',
    '  LATHE_TARGET      the column to be predicted     LATHE_CLASSES  its classes as a JSON list, in the order of probabilities',
    '  LATHE_SEED        of the split                   LATHE_OUTPUT   a folder for what it makes:',
    '    model.onnx      from columns of the dataset to the answer; measured by Lathe on the test rows',
    '    columns.json    the columns that the model takes, in order, where its inputs are not called as they are',
    '    metrics.json    an object of numbers: shown as reported by the script',
    '    curves.jsonl    a line a step, such as {"step": 3, "loss": 0.41}: shown while it runs',
    "  Or it logs by MLflow's client: MLFLOW_TRACKING_URI leads here, and what it logs becomes the run's curves, numbers and parameters.",
  ],
  async run(context, [file, ...args], flags) {
    const client = await context.client()
    const { job } = await client.scripts.run({
      ...{ file: absolute(file!), args, ...learned(flags), folder: absolute(flags.folder ?? '.') },
      ...{ python: programOf(flags.python), command: programOf(flags.command) },
      ...{ environment: flags.env, minutes: flags.minutes, name: flags.name },
      ...{ dataset: flags.dataset, target: flags.target },
    })
    const { run, script } = await context.finish('script', { job }).catch((error: unknown) => {
      const lines = error instanceof AppError ? error.details?.lastLines : null
      if (Array.isArray(lines)) for (const line of lines) context.say(`  ${line}`)
      throw error
    })
    for (const warning of run?.warnings ?? script.warnings) context.say(`warning: ${warning}`)
    const measured = run && Object.keys(run.metrics).length > 0
    const fields = textFields({ run: run?.run ?? null, ...scriptFields(script) })
    return {
      json: { run, script },
      text: measured ? `${fields}\n\nOn the test rows: ${metrics(run.metrics, run.intervals)}` : fields,
    }
  },
})
