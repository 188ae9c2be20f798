import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { root } from '../tools/peers.ts'

/** Our side of a learner as a program, built as the engine's own are; it lies where the kernel is found. */
export const ours = (learner: string): string => join(root, 'out', `bench-${learner}.js`)

export async function buildOurs(learners: Iterable<string>): Promise<void> {
  const { esbuildOptions } = (await import(`${root}/scripts/build.mjs`)) as {
    esbuildOptions(bundle: object): BuildOptions
  }
  for (const learner of new Set(learners)) {
    const entryPoints = { [`bench-${learner}`]: `bench/learn/${learner}.ts` }
    await build(esbuildOptions({ entryPoints, outdir: 'out' }))
  }
}
