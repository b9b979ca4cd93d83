import type { Logger } from 'pino'
import type { Task } from '../adapters/graphile/queue.ts'
import type { Outbox } from '../application/ports/outbox.ts'
import { type MailExit, mailWayOut } from './mail.ts'
import type { Ports } from './ports.ts'
import { webhooksWayOut } from './webhooks.ts'

/** A way on which events leave the house: what is written down because of them, and what is done about it. */
export interface WayOut {
  readonly outbox: Outbox
  readonly tasks: readonly Task[]
  /** How many of its jobs a node does at once; most of them wait for someone else's server. */
  readonly jobsAtOnce: number
  /** How long its jobs have to end by themselves when the node stops, in milliseconds. */
  readonly patience: number
}

/** Every way out there is. */
export const waysOut = (ports: Ports, mail: MailExit, logger: Logger): readonly WayOut[] => [
  mailWayOut(ports, mail, logger),
  webhooksWayOut(ports),
]
