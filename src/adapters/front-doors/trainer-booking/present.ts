import type { Static } from 'typebox'
import type { BookedSession, TrainerHour } from '../../../application/training-sessions.ts'
import {
  formatDate,
  formatWallTime,
  plusDays,
  type WallMinutes,
  WEEKDAYS,
  weekdayIndex,
} from '../../../domain/calendar.ts'
import type { UserNumber } from '../../../domain/ids.ts'
import { formatAmount } from '../../../domain/money.ts'
import { type SessionHour, wallOf } from '../../../domain/session-service.ts'
import { type Slot, statusOf } from '../../../domain/slots.ts'
import { zoneOf } from '../../../domain/zone.ts'
import type { Booked, Day, Week } from './schemas.ts'

const END_OF_DAY = '24:00'

export function presentSession({ booking, trainer, memberNumber }: BookedSession): Static<typeof Booked> {
  const zone = zoneOf(trainer.timeZone)
  const start = wallOf(zone, booking.start)
  const end = wallOf(zone, booking.end)
  const isMidnight = end.time === 0 && end.day === plusDays(start.day, 1)
  return {
    success: true,
    message: 'Training session booked successfully!',
    session: {
      id: booking.number,
      trainer_id: trainer.number,
      client_id: memberNumber,
      session_date: formatDate(start.day),
      start_time: formatWallTime(start.time),
      end_time: isMidnight ? END_OF_DAY : formatWallTime(end.time),
      status: booking.status === 'pending' ? 'scheduled' : booking.status,
      price: Number(formatAmount(booking.price)),
    },
  }
}

const withSeconds = (time: WallMinutes) => `${formatWallTime(time)}:00`

export const presentDay = (trainer: UserNumber, hours: readonly TrainerHour[]): Static<typeof Day> =>
  hours.map(({ day, time, member, sessionType, ...slot }) => ({
    id: `${trainer}-${formatDate(day)}-${formatWallTime(time).replace(':', '')}`,
    time: withSeconds(time),
    status: statusOf(slot),
    clientName: member && `${member.profile.firstName} ${member.profile.lastName}`,
    sessionType,
  }))

export const presentWeek = (hours: readonly SessionHour<Slot>[]): Static<typeof Week> =>
  hours.map(({ day, time, ...slot }) => ({
    day_of_week: (weekdayIndex(day) + 1) % WEEKDAYS.length,
    time_slot: withSeconds(time),
    status: statusOf(slot),
  }))
