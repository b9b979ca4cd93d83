import { sql } from 'slonik'
import { z } from 'zod'
import { parseWallTime, type WallMinutes, WEEKDAYS } from '../../domain/calendar.ts'
import type { ServiceId, UserId } from '../../domain/ids.ts'
import type { Service } from '../../domain/service.ts'
import { byWeekday, type WeeklyHours } from '../../domain/weekly-hours.ts'
import { branded, instantColumn, moneyOf } from './values.ts'

export const serviceColumns = sql.fragment`
  services.id,
  services.provider_id,
  services.version,
  services.title,
  services.description,
  services.category,
  services.price,
  services.currency,
  services.duration_minutes,
  services.slot_interval_minutes,
  services.buffer_before_minutes,
  services.buffer_after_minutes,
  services.min_notice_minutes,
  services.max_horizon_days,
  services.daily_limit,
  services.requires_confirmation,
  services.cancellation_window_minutes,
  services.reminder_minutes,
  services.weekly_hours,
  services.images,
  services.is_active,
  services.created_at,
  services.updated_at
`

const wallTime = z.string().transform((text) => parseWallTime(text) as WallMinutes)
const weeklyHours = z
  .partialRecord(z.enum(WEEKDAYS), z.array(z.object({ start: wallTime, end: wallTime })))
  .transform((days): WeeklyHours => byWeekday(days))

export const serviceFields = {
  id: branded<ServiceId>(),
  provider_id: branded<UserId>(),
  version: z.number(),
  title: z.string(),
  description: z.string(),
  category: z.string(),
  price: z.number(),
  currency: z.string(),
  duration_minutes: z.number(),
  slot_interval_minutes: z.number(),
  buffer_before_minutes: z.number(),
  buffer_after_minutes: z.number(),
  min_notice_minutes: z.number(),
  max_horizon_days: z.number(),
  daily_limit: z.number().nullable(),
  requires_confirmation: z.boolean(),
  cancellation_window_minutes: z.number(),
  reminder_minutes: z.array(z.number()),
  weekly_hours: weeklyHours.nullable(),
  images: z.array(z.string()),
  is_active: z.boolean(),
  created_at: instantColumn,
  updated_at: instantColumn,
}

export const toService = (row: z.output<z.ZodObject<typeof serviceFields>>): Service => ({
  id: row.id,
  providerId: row.provider_id,
  version: row.version,
  title: row.title,
  description: row.description,
  category: row.category,
  price: moneyOf(row.price, row.currency),
  durationMinutes: row.duration_minutes,
  slotIntervalMinutes: row.slot_interval_minutes,
  bufferBeforeMinutes: row.buffer_before_minutes,
  bufferAfterMinutes: row.buffer_after_minutes,
  minNoticeMinutes: row.min_notice_minutes,
  maxHorizonDays: row.max_horizon_days,
  dailyLimit: row.daily_limit,
  requiresConfirmation: row.requires_confirmation,
  cancellationWindowMinutes: row.cancellation_window_minutes,
  reminderMinutes: row.reminder_minutes,
  weeklyHours: row.weekly_hours,
  images: row.images,
  isActive: row.is_active,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
