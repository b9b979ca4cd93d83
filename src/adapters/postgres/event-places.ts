import type { Cursor } from '../../domain/logged-event.ts'

/** A place in the log: transactions in the order in which they began to write, and their events in order. */
export interface Place {
  readonly xid: string
  readonly sequence: string
}

const HEX = 16
const CURSOR = /^([0-9a-f]{16})([0-9a-f]{16})([0-9a-f]{8})$/

const hexadecimal = (number: string) => BigInt(number).toString(16).padStart(HEX, '0')

/** Fixed width, so that texts are in the order of the places; the mark of the log comes last. */
export const cursorOf = ({ xid, sequence }: Place, mark: string) =>
  `${hexadecimal(xid)}${hexadecimal(sequence)}${mark}` as Cursor

/** The place that a cursor stands for. */
export function placeOf(cursor: Cursor): Place {
  const [, xid = '0', sequence = '0'] = CURSOR.exec(cursor) ?? []
  return { xid: BigInt(`0x${xid}`).toString(), sequence: BigInt(`0x${sequence}`).toString() }
}

export const isBefore = (a: Place, b: Place) =>
  BigInt(a.xid) < BigInt(b.xid) || (a.xid === b.xid && BigInt(a.sequence) < BigInt(b.sequence))

/** Nothing of a transaction comes before its first event, which has a sequence greater than this. */
export const beforeAllOf = (xid: string): Place => ({ xid, sequence: '0' })

/** Whether a text is a cursor that the log with this mark may have given. */
export function isCursorOf(text: string, mark: string): text is Cursor {
  const match = CURSOR.exec(text)
  // A bigint has 63 bits; what has more was never given.
  return match?.[3] === mark && /^[0-7]/.test(match[1] ?? '') && /^[0-7]/.test(match[2] ?? '')
}
