import { createLatheClient, type LatheClient } from '../../shared/contract/client.ts'
import { callEngine } from './session.ts'

/** The engine behind this page: same origin, with the token of this page's session (browser) or of the shell (desktop). */
export const engine: LatheClient = createLatheClient({ url: window.location.origin, fetch: callEngine })
