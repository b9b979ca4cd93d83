import { type Comparison, compare, type Measure, measureEach } from '../support/comparison.ts'
import { takeSample } from './sample.ts'
import { type BookingBench, openShop, WARM_UP_SECONDS, withSite } from './site.ts'
import type { Write } from './write-script.ts'
import { directly, overHttp } from './writes.ts'

/** In this order: what is booked first is moved, and some of it cancelled. */
export const CHANGES = ['book', 'holdAndRedeem', 'reschedule', 'cancel'] as const satisfies readonly Write[]

export type ChangesReport = Comparison<Write | `${Write}Directly`>

/** Holding and redeeming, rescheduling and cancelling beside booking, over HTTP and by pgbench. */
export const measureChanges = (bench: BookingBench): Promise<ChangesReport> =>
  withSite(bench, 'changes', async (site) => {
    const sample = await takeSample(site)
    const counterpart = { databaseUrl: await openShop(bench, 'changes_direct'), sample }
    const pairs = CHANGES.flatMap((write): [string, Measure][] => [
      [write, overHttp(bench, site, write)],
      [`${write}Directly`, directly(bench, site, counterpart, write)],
    ])
    const contestants = Object.fromEntries(pairs) as Record<keyof ChangesReport['perSecond'], Measure>
    const step = (name: string) => bench.progress.step(`Warming up: ${name}`)
    await measureEach(contestants, WARM_UP_SECONDS, step)
    return compare(bench, 'Changes', contestants)
  })
