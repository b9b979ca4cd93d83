/** A string that names one kind of thing, so that a service id cannot be passed where a booking id is meant. */
type Id<Kind extends string> = string & { readonly kind: Kind }

export type UserId = Id<'user'>
export type ServiceId = Id<'service'>
export type BookingId = Id<'booking'>
export type TimeOffId = Id<'time-off'>
export type HoldId = Id<'hold'>
export type EventId = Id<'event'>
export type SessionId = Id<'session'>
export type WebhookId = Id<'webhook'>
export type DeliveryId = Id<'delivery'>

/** The small integer beside a user's id: a provider's key inside the index that keeps the promise. */
export type UserNumber = number & { readonly kind: 'user-number' }
