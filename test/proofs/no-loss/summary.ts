import { counted } from '../common/findings.ts'
import type { Evidence } from './evidence.ts'

/** What has happened and who has heard of it, in a few lines: without them, that nothing was found says little. */
export function describeEvidence({ log, listeners, heard }: Evidence): readonly string[] {
  const connections = listeners.reduce((sum, one) => sum + one.connections, 0)
  const transports = heard.map(({ listener }) => listeners[listener]?.transport ?? '')
  return [
    `${log.length} events: ${counted(log.map(({ type }) => type)).join(', ')}`,
    `${overtaken(log)} of them were overtaken by later ones`,
    `${listeners.length} listeners, ${connections} connections, ${heard.length} deliveries: ` +
      counted(transports).join(', '),
  ]
}

/** By number in the order of the log, some come before others that were numbered earlier. */
function overtaken(log: Evidence['log']): number {
  let highest = ''
  let count = 0
  for (const { cursor } of log) {
    const sequence = cursor.slice(16, 32)
    if (sequence < highest) count++
    else highest = sequence
  }
  return count
}
