import { joinEngine, windowUrl } from '../../headless/join-engine.ts'
import { openBrowser } from '../open-browser.ts'
import { defineVerb } from '../verb.ts'

export const openVerb = defineVerb<{ browser: boolean }>({
  name: 'open',
  summary: 'show the workbench in the browser; the engine is started when none runs',
  configure: command => {
    command.option('--no-browser', 'only print the address')
  },
  async run(context, _args, { browser }) {
    const engine = await joinEngine(context.workspace)
    const url = await windowUrl(engine)
    const opened = browser && (await openBrowser(url))
    return { json: { url, opened, workspace: context.workspace, boot: engine.boot }, text: url }
  },
})
