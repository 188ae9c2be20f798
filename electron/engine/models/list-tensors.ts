import { readFile } from 'node:fs/promises'
import { AppError, toAppError } from '../../../shared/errors.ts'
import type { ModelTensors } from '../../../shared/model/model.ts'
import type { JobFunction } from '../jobs/index.ts'
import { freezableTensors } from '../runtime/index.ts'
import type { BaseModel } from '../training/index.ts'

export interface ListTensorsInput extends Pick<ModelTensors, 'model' | 'version'> {
  base: BaseModel
}

/** A model is run on a few rows, since its file need not say which shapes its tensors have. */
export const listTensors: JobFunction<ListTensorsInput, ModelTensors> = async ({ model, version, base }) => {
  const { modelFile, signature, rows } = base
  try {
    return {
      model,
      version,
      tensors: await freezableTensors(new Uint8Array(await readFile(modelFile)), signature, rows),
    }
  } catch (cause) {
    throw new AppError('bad-file', `${base.model} cannot be run on its own rows: ${toAppError(cause).message}`, {
      cause,
    })
  }
}
