import { Histogram, type Registry } from 'prom-client'

/** Told of a request that has been answered; `route` is its template, or undefined where there was none. */
export type Answered = (method: string, route: string | undefined, status: number, seconds: number) => void

/** Node reads some thirty methods; those that no route has are one. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Counts requests by method, template of the route and class of the status, and how long they took: as many series as
 * there are routes, however many requests.
 */
export function answeredIn(registers: Registry[]): Answered {
  const histogram = new Histogram({
    name: 'slotwright_http_request_duration_seconds',
    help: 'Requests answered and how long that took, by method, template of the route and class of the status.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  })
  return (method, route = 'none', status, seconds) => {
    const known = METHODS.has(method) ? method : 'other'
    histogram.observe({ method: known, route, status: CLASSES[Math.floor(status / 100)] ?? 'other' }, seconds)
  }
}

const CLASSES = ['other', '1xx', '2xx', '3xx', '4xx', '5xx']
