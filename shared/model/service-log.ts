import { z } from 'zod'

/** Most lines of one page of a service's log. */
export const mostLogLines = 2000

/** What a replica of a deployed service wrote, oldest first. */
export const ServiceLog = z.object({
  /** Whose log it is: a process, a container or a pod, by name. */
  replica: z.string(),
  /** All that can be named, ready or not. */
  replicas: z.array(z.string()),
  lines: z.array(z.string()),
  /** How many lines behind the cursor were gone before they could be read: they would stand before these. */
  leftOut: z.number().int(),
  /** Asked with it, the log goes on after the last of these lines. */
  cursor: z.string(),
  /** False once nothing more will come. */
  isRunning: z.boolean(),
})
export type ServiceLog = z.infer<typeof ServiceLog>
