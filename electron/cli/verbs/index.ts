import { defineRegistry } from '../../../shared/lib/define-registry.ts'
import { airgapVerb } from './airgap.ts'
import { aliasVerb } from './alias.ts'
import { askVerb } from './ask.ts'
import { backupVerb } from './backup.ts'
import { backupsVerb } from './backups.ts'
import { cancelVerb } from './cancel.ts'
import { checksVerb } from './checks.ts'
import { compareVerb } from './compare.ts'
import { connectionsVerb } from './connections.ts'
import { costsVerb } from './costs.ts'
import { datasetVerb } from './dataset.ts'
import { datasetsVerb } from './datasets.ts'
import { demo } from './demo.ts'
import { deployVerb } from './deploy.ts'
import { deploymentsVerb } from './deployments.ts'
import { diagnoseVerb } from './diagnose.ts'
import { doctorVerb } from './doctor.ts'
import { driftVerb } from './drift.ts'
import { endpointsVerb } from './endpoints.ts'
import { evaluateVerb } from './evaluate.ts'
import { evaluationsVerb } from './evaluations.ts'
import { eventsVerb } from './events.ts'
import { examineVerb } from './examine.ts'
import { explainVerb } from './explain.ts'
import { finishVerb } from './finish.ts'
import { importVerb } from './import.ts'
import { importModelVerb } from './import-model.ts'
import { jobsVerb } from './jobs.ts'
import { learningCurveVerb } from './learning-curve.ts'
import { lineageVerb } from './lineage.ts'
import { logVerb } from './log.ts'
import { logsVerb } from './logs.ts'
import { modelsVerb } from './models.ts'
import { nameClassesVerb } from './name-classes.ts'
import { openVerb } from './open.ts'
import { packageVerb } from './package.ts'

import { pauseVerb } from './pause.ts'

import { pinVerb } from './pin.ts'

import { planVerb } from './plan.ts'
import { predictVerb } from './predict.ts'
import { pushVerb } from './push.ts'
import { pythonVerb } from './python.ts'
import { recalibrateVerb } from './recalibrate.ts'
import { registerVerb } from './register.ts'
import { replayVerb } from './replay.ts'
import { restoreVerb } from './restore.ts'
import { resumeVerb } from './resume.ts'
import { retrainVerb } from './retrain.ts'
import { rollbackVerb } from './rollback.ts'
import { runVerb } from './run.ts'
import { runScriptVerb } from './run-script.ts'
import { runsVerb } from './runs.ts'
import { searchVerb } from './search.ts'
import { searchesVerb } from './searches.ts'
import { secretVerb } from './secret.ts'
import { serveVerb } from './serve.ts'
import { setupVerb } from './setup.ts'
import { stopVerb } from './stop.ts'
import { tensorsVerb } from './tensors.ts'
import { trainVerb } from './train.ts'
import { undeployVerb } from './undeploy.ts'
import { unpinVerb } from './unpin.ts'
import { unwatchVerb } from './unwatch.ts'
import { versionsVerb } from './versions.ts'
import { watchVerb } from './watch.ts'

/** Every verb of the command line, in the order in which the help shows them: the way of the data, then the house. */
const verbs = [
  importVerb,
  datasetsVerb,
  datasetVerb,
  trainVerb,
  searchVerb,
  searchesVerb,
  runScriptVerb,
  runsVerb,
  runVerb,
  compareVerb,
  diagnoseVerb,
  costsVerb,
  recalibrateVerb,
  learningCurveVerb,
  registerVerb,
  modelsVerb,
  aliasVerb,
  importModelVerb,
  nameClassesVerb,
  tensorsVerb,
  evaluateVerb,
  evaluationsVerb,
  predictVerb,
  pythonVerb,
  packageVerb,
  pushVerb,
  planVerb,
  deployVerb,
  deploymentsVerb,
  askVerb,
  logsVerb,
  versionsVerb,
  rollbackVerb,
  undeployVerb,
  watchVerb,
  unwatchVerb,
  endpointsVerb,
  driftVerb,
  eventsVerb,
  replayVerb,
  retrainVerb,
  demo,
  serveVerb,
  openVerb,
  stopVerb,
  doctorVerb,
  setupVerb,
  jobsVerb,
  lineageVerb,
  logVerb,
  cancelVerb,
  explainVerb,
  examineVerb,
  pinVerb,
  checksVerb,
  unpinVerb,
  finishVerb,
  pauseVerb,
  resumeVerb,
  backupVerb,
  backupsVerb,
  restoreVerb,
  secretVerb,
  airgapVerb,
  connectionsVerb,
]

/** `id` is what `defineRegistry` holds to be unique. */
export const verbRegistry = defineRegistry(
  verbs.map(verb => ({ id: verb.name, verb })),
  (id, known) => new Error(`There is no verb "${id}"; there are ${known.join(', ')}`),
)
