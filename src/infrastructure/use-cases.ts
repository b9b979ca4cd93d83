import type { UseCases } from '../adapters/http/app.ts'
import type { Metrics } from '../adapters/prometheus/metrics.ts'
import { logIn, registerAccount } from '../application/accounts.ts'
import { decideUser, listAudit, listUsers, readUser } from '../application/administer-accounts.ts'
import {
  findNextSlots,
  readDayBoard,
  searchAvailability,
  searchFreeTime,
} from '../application/availability.ts'
import { bookDescribedSlot, bookSlot } from '../application/book-slot.ts'
import { annotate, rescheduleBooking, transitBooking } from '../application/booking-changes.ts'
import { listBookings, pageBookings, readBooking, readBookingHistory } from '../application/bookings.ts'
import { eraseAccount } from '../application/erase-account.ts'
import { listEvents } from '../application/events.ts'
import { exportPerson } from '../application/export-person.ts'
import { followEvents } from '../application/follow-events.ts'
import { holdSlot, readHold, releaseHold } from '../application/holds.ts'
import { judgeBooking } from '../application/judge-booking.ts'
import { putOverride, removeOverride } from '../application/overrides.ts'
import { changeOwnProfile, readProfile } from '../application/own-account.ts'
import { requestPasswordReset, resetPassword } from '../application/password-resets.ts'
import type { IssueToken } from '../application/ports/token-issuer.ts'
import { listProviders, readProvider, readSchedule, replaceWeek } from '../application/schedules.ts'
import {
  changeService,
  createService,
  listServices,
  readService,
  retireService,
} from '../application/services.ts'
import { logOutEverywhere, logOutHere, refreshSession } from '../application/sessions.ts'
import { addTimeOff, listTimeOff, readTimeOff, removeTimeOff } from '../application/time-off.ts'
import { bookSession, readTrainerDay, readTrainerWeek } from '../application/training-sessions.ts'
import { listDeliveries, pingWebhook, replayDelivery } from '../application/webhook-deliveries.ts'
import { rotateWebhookSecret } from '../application/webhook-secrets.ts'
import {
  changeWebhook,
  createWebhook,
  listWebhooks,
  readWebhook,
  removeWebhook,
} from '../application/webhooks.ts'
import type { FrontDoorUseCases } from './front-doors.ts'
import { countedBookings } from './metrics.ts'
import type { Ports } from './ports.ts'

/** Every use case with the ports it asks for; each names those it needs, and sees no others. */
export function useCasesOf(
  ports: Ports & { readonly issueToken: IssueToken },
  metrics: Metrics,
): UseCases & FrontDoorUseCases {
  const book = countedBookings(bookSlot(ports), metrics)
  const board = readDayBoard(ports)
  const search = searchAvailability(ports)
  return {
    registerAccount: registerAccount(ports),
    logIn: logIn(ports),
    refreshSession: refreshSession(ports),
    logOutHere: logOutHere(ports),
    logOutEverywhere: logOutEverywhere(ports),
    requestPasswordReset: requestPasswordReset(ports),
    resetPassword: resetPassword(ports),
    changeOwnProfile: changeOwnProfile(ports),
    readProfile: readProfile(ports),
    eraseAccount: eraseAccount(ports),
    exportPerson: exportPerson(ports),
    listUsers: listUsers(ports),
    readUser: readUser(ports),
    decideUser: decideUser(ports),
    listAudit: listAudit(ports),
    createService: createService(ports),
    readService: readService(ports),
    listServices: listServices(ports),
    changeService: changeService(ports),
    retireService: retireService(ports),
    listProviders: listProviders(ports),
    readProvider: readProvider(ports),
    readSchedule: readSchedule(ports),
    replaceWeek: replaceWeek(ports),
    putOverride: putOverride(ports),
    removeOverride: removeOverride(ports),
    addTimeOff: addTimeOff(ports),
    readTimeOff: readTimeOff(ports),
    listTimeOff: listTimeOff(ports),
    removeTimeOff: removeTimeOff(ports),
    searchAvailability: search,
    searchFreeTime: searchFreeTime(ports),
    findNextSlots: findNextSlots(ports),
    readDayBoard: board,
    bookSlot: book,
    bookDescribedSlot: countedBookings(bookDescribedSlot(ports), metrics),
    judgeBooking: judgeBooking(ports),
    readBooking: readBooking(ports),
    listBookings: listBookings(ports),
    pageBookings: pageBookings(ports),
    readBookingHistory: readBookingHistory(ports),
    transitBooking: transitBooking(ports),
    annotateBooking: annotate(ports),
    rescheduleBooking: rescheduleBooking(ports),
    holdSlot: holdSlot(ports),
    readHold: readHold(ports),
    releaseHold: releaseHold(ports),
    bookSession: bookSession({ ...ports, bookSlot: book }),
    readTrainerDay: readTrainerDay({ ...ports, readDayBoard: board }),
    readTrainerWeek: readTrainerWeek({ ...ports, searchAvailability: search }),
    answers: ports.answers,
    listEvents: listEvents(ports),
    followEvents: followEvents(ports),
    eventTickets: ports.eventTickets,
    eventLog: ports.log,
    standingWatch: ports.standingWatch,
    createWebhook: createWebhook(ports),
    readWebhook: readWebhook(ports),
    listWebhooks: listWebhooks(ports),
    changeWebhook: changeWebhook(ports),
    removeWebhook: removeWebhook(ports),
    rotateWebhookSecret: rotateWebhookSecret(ports),
    pingWebhook: pingWebhook(ports),
    listDeliveries: listDeliveries(ports),
    replayDelivery: replayDelivery(ports),
  }
}
