import type { HeldFile } from '../../shared/shell.ts'
import { engineUrl, type RuntimeInfo } from '../headless/join-engine.ts'

/** Tells the engine of a file of this machine; its page gets the reference. Throws what the engine refuses it for. */
export async function holdFile(engine: RuntimeInfo, path: string): Promise<HeldFile> {
  const response = await fetch(`${engineUrl(engine)}/api/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${engine.token}`, 'x-lathe-path': encodeURIComponent(path) },
  })
  const answer = (await response.json()) as { file: string; fileName: string; message?: string }
  if (!response.ok) throw new Error(answer.message)
  return { file: answer.file, name: answer.fileName }
}
