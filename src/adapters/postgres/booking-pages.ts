import type { BookingArchive } from '../../application/ports/booking-ledger.ts'
import type {
  BookingPages,
  NumberedPage,
  PagedBookings,
  PageNumber,
} from '../../application/ports/booking-pages.ts'
import type { Booking } from '../../domain/booking.ts'
import type { BookingId } from '../../domain/ids.ts'
import { laterOf } from '../../domain/instant.ts'
import { bookingDirectories, type Directory, type DirectoryOptions } from './booking-directory.ts'
import { countBetween, countRows, readIds } from './booking-places.ts'
import type { PostgresDatabase } from './database.ts'

export interface BookingPagesOptions extends DirectoryOptions {
  /** Up to so many rows a list is counted at each request, and exact. */
  readonly mostCounted: number
}

/**
 * Bookings are made for the future. The past is as it was, but for what is imported, and what is moved out of it while it takes
 * place.
 */
const USUAL: BookingPagesOptions = {
  mostCounted: 5_000,
  step: 1_000,
  stretch: 100,
  ages: { past: { renewed: 60_000, usable: 600_000 }, upcoming: { renewed: 1_000, usable: 10_000 } },
}

/**
 * Pages of bookings by number. PostgreSQL reads what it skips: page 10,000 would cost a hundred times what the first does, and
 * counting a million rows as much again. So a long list has a directory, and a page skips what is between two of its entries;
 * the rows themselves are read now, and the count is that of the directory and of what the time since has moved past
 * (docs/decisions/0018-the-bookings-door.md). Nothing of that is written anywhere, and bookings are made as quickly as ever.
 */
export function postgresBookingPages(
  database: Pick<PostgresDatabase, 'pool'>,
  archive: Pick<BookingArchive, 'findMany'>,
  options: BookingPagesOptions = USUAL,
): BookingPages {
  const { mostCounted, step } = options
  const directories = bookingDirectories(database, options)

  return {
    async read(list, page) {
      const recent = directories.recent(list)
      if (recent) return readLong(recent, list, page)
      const total = await countRows(database, list, { at: list.now }, mostCounted + 1)
      if (total > mostCounted) return readLong(await directories.renew(list), list, page)
      return pageOf(total, page, (skipped) => readIds(database, list, { at: list.now }, skipped, page.size))
    },
  }

  async function readLong(directory: Directory, list: PagedBookings, page: PageNumber) {
    // Whoever asked at the same moment as someone else may have come before the directory.
    const now = laterOf(list.now, directory.at)
    const since = await countBetween(database, list, directory.at, now)
    const moved = list.view === 'past' ? since : -since
    return pageOf(Math.max(0, directory.total + moved), page, (skipped) => {
      const place = skipped - moved
      const number = Math.min(Math.floor(place / step), directory.anchors.length)
      const behind = directory.anchors[number - 1]
      return behind === undefined
        ? readIds(database, list, { at: now }, skipped, page.size)
        : readIds(database, list, { behind }, place - number * step, page.size)
    })
  }

  async function pageOf(
    total: number,
    { number, size }: PageNumber,
    read: (skipped: number) => Promise<readonly BookingId[]>,
  ): Promise<NumberedPage<Booking>> {
    const skipped = (number - 1) * size
    const ids = skipped < total ? await read(skipped) : []
    return { items: await archive.findMany(ids), total }
  }
}
