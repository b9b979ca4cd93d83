import { cpus, loadavg, platform, release, totalmem } from 'node:os'

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly system: string
}

/** What the figures were measured on. */
export function describeMachine(): Machine {
  const processors = cpus()
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
  }
}

/** The load average of the last minute: what else the machine was busy with. */
export const loadAverage = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100
