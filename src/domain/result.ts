/** A decision: the value, or the reason the business said no. Faults are thrown instead. */
export type Result<T, R> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: R }

export const ok = <const T>(value: T) => ({ ok: true, value }) as const

export const reject = <const R>(rejection: R) => ({ ok: false, rejection }) as const
