import { callHeaders, distrust } from './session.ts'

const againMs = 1000
const mostTries = 3

/**
 * Code that is loaded when it is first needed comes from the engine's port too: only once the engine has shown that it listens
 * there, however long that takes. Throws where it does, and gives none.
 */
export async function code<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  for (let tries = 0; ; ) {
    const isThere = await callHeaders().then(
      () => true,
      () => false,
    )
    if (isThere) {
      try {
        return await load()
      } catch (failure) {
        distrust()
        tries += 1
        if (tries === mostTries) throw failure
      }
    }
    await new Promise(resolve => setTimeout(resolve, againMs))
  }
}
