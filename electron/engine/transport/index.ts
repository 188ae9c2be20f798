export { type AllOperations, bind } from './bind.ts'
export { EventHub } from './event-hub.ts'
export { listen, type Server } from './server.ts'
