import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, type Registry } from 'prom-client'

const RESOLUTION_MILLISECONDS = 20
const NANOSECONDS = 1e9
const MICROSECONDS = 1e6

/** The few of the library's defaults that one looks at, by their usual names; returns what stops the measuring. */
export function addProcessMetrics(registers: Registry[]): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MILLISECONDS })
  delay.enable()
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Time on a processor, of the system and the user.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / MICROSECONDS)
    },
  })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  const startedAt = Math.round(Date.now() / 1000 - process.uptime())
  gauge('process_start_time_seconds', 'When the process began, in seconds since 1970.', () => startedAt)
  gauge('process_resident_memory_bytes', 'Memory that the process takes.', () => process.memoryUsage.rss())
  gauge('nodejs_heap_size_used_bytes', 'Memory that objects take.', () => process.memoryUsage().heapUsed)
  gauge(
    'nodejs_eventloop_lag_p99_seconds',
    'How late the event loop was since last asked, 99th percentile.',
    () => {
      const late = delay.percentile(99) / NANOSECONDS
      delay.reset()
      return late
    },
  )
  return () => delay.disable()
}
