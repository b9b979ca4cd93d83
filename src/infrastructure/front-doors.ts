import type { z } from 'zod'
import { BOOKINGS_TAG, type BookingsUseCases, bookingsDoor } from '../adapters/front-doors/bookings/door.ts'
import {
  MARKETPLACE_TAG,
  type MarketplaceUseCases,
  marketplaceDoor,
} from '../adapters/front-doors/marketplace.ts'
import {
  TRAINER_BOOKING_TAG,
  type TrainerBookingUseCases,
  trainerBookingDoor,
} from '../adapters/front-doors/trainer-booking/door.ts'
import type { App } from '../adapters/http/app-types.ts'
import type { DocumentTag } from '../adapters/http/document.ts'

/** What any of the doors asks for. */
export type FrontDoorUseCases = MarketplaceUseCases & BookingsUseCases & TrainerBookingUseCases

interface FrontDoor {
  readonly tag: DocumentTag
  readonly plugin: (app: App, useCases: FrontDoorUseCases) => Promise<void>
}

/** Every front end of another system that there is a door for, by the name that FRONT_DOORS has for it. */
const FRONT_DOORS = {
  marketplace: { tag: MARKETPLACE_TAG, plugin: marketplaceDoor },
  bookings: { tag: BOOKINGS_TAG, plugin: bookingsDoor },
  'trainer-booking': { tag: TRAINER_BOOKING_TAG, plugin: trainerBookingDoor },
} as const satisfies Record<string, FrontDoor>

export type FrontDoorName = keyof typeof FRONT_DOORS

const doors: Readonly<Record<FrontDoorName, FrontDoor>> = FRONT_DOORS

export const FRONT_DOOR_NAMES = Object.keys(FRONT_DOORS) as readonly FrontDoorName[]

/** The parts of the document that the doors make. */
export const tagsOf = (names: readonly FrontDoorName[]): readonly DocumentTag[] =>
  names.map((name) => FRONT_DOORS[name].tag)

/** Opens the doors of these names. */
export async function openFrontDoors(
  app: App,
  names: readonly FrontDoorName[],
  useCases: FrontDoorUseCases,
): Promise<void> {
  for (const name of names) await app.register(doors[name].plugin, useCases)
}

/** Reads what FRONT_DOORS says: `all`, `none` or names with commas between. */
export function readFrontDoors(text: string, context: z.RefinementCtx): readonly FrontDoorName[] {
  if (text === 'all') return FRONT_DOOR_NAMES
  if (text === 'none') return []
  const named = text.split(',').map((name) => name.trim())
  const unknown = named.some((name) => !Object.hasOwn(FRONT_DOORS, name))
  if (unknown) {
    const message = `must be all, none or a list with commas between, of ${FRONT_DOOR_NAMES.join(', ')}`
    context.addIssue({ code: 'custom', message })
    return []
  }
  return FRONT_DOOR_NAMES.filter((name) => named.includes(name))
}
