import { createLatheClient, type LatheClient } from '../../shared/contract/client.ts'

/** The engine behind this page: same origin, so that cookie (browser) or shell (desktop) carries the token. */
export const engine: LatheClient = createLatheClient({ url: window.location.origin })
