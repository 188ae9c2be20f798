import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './lathe.ts'

const execute = promisify(execFile)
const forSnippets = ['numpy==2.4.6', 'pyarrow==26.0.1', 'onnxruntime==1.32.0']
/** What turns fitted models into ONNX, and two libraries that fit them. */
export const forConversion = [
  ...['numpy==2.4.6', 'pandas==3.1.1', 'scikit-learn==1.9.1', 'skl2onnx==1.20.0', 'onnx==1.23.2'],
  ...['lightgbm==4.7.0', 'onnxmltools==1.16.0', 'packaging==26.4', 'pyarrow==26.0.1'],
]
/** What networks of PyTorch and Keras become ONNX with; some gigabytes. */
export const forNetworks = [
  ...['torch==2.15.0', 'onnx==1.23.2', 'onnxscript==0.7.2', 'onnxruntime==1.32.0', 'numpy==2.4.6', 'pandas==3.1.1'],
  ...['pyarrow==26.0.1', 'keras==3.15.1'],
]
const isWindows = process.platform === 'win32'

/** A Python with these packages, those that a snippet needs, made once under `.cache`; null, with the reason said, where it cannot be made. */
export async function findPython(packages: readonly string[] = forSnippets): Promise<Python | null> {
  const name = `python-${packages.map(each => each.replace('==', '-')).join('-')}`
  const folder = join(root, '.cache', name)
  const programIn = (place: string) => join(place, isWindows ? 'Scripts/python.exe' : 'bin/python')
  if (!existsSync(join(folder, 'ready'))) {
    try {
      // A virtual environment knows its own path, so it is made in place and marked when it is whole.
      await rm(folder, { recursive: true, force: true })
      await mkdir(join(root, '.cache'), { recursive: true })
      await execute(isWindows ? 'python' : 'python3', ['-m', 'venv', folder])
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:']
      await execute(programIn(folder), [...pip, ...packages])
      await writeFile(join(folder, 'ready.part'), packages.join('\n'))
      await rename(join(folder, 'ready.part'), join(folder, 'ready'))
    } catch (error) {
      console.error(`No Python with ${packages.join(', ')}: ${(error as Error).message}`)
      return null
    }
  }
  return { program: programIn(folder), run: file => execute(programIn(folder), [file]).then(({ stdout }) => stdout) }
}

export interface Python {
  /** Its path. */
  program: string
  /** Runs a program and gives what it printed; rejects where it fails. */
  run(file: string): Promise<string>
}
