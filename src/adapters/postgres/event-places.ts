import type { Cursor } from '../../domain/logged-event.ts'

/** A place in the log: transactions in the order in which they began to write, and their events in order. */
export interface Place {
  readonly xid: string
  readonly sequence: string
}

const HEX = 16
/** One that lacks the last character of the mark is the place partway to an event. */
const CURSOR = /^([0-9a-f]{16})([0-9a-f]{16})([0-9a-f]{7,8})$/
const MARK = 8

const hexadecimal = (number: string) => BigInt(number).toString(16).padStart(HEX, '0')

/** Fixed width, so that texts are in the order of the places; the mark of the log comes last. */
export const cursorOf = ({ xid, sequence }: Place, mark: string) =>
  `${hexadecimal(xid)}${hexadecimal(sequence)}${mark}` as Cursor

/**
 * The place that a cursor stands for. Whoever is partway to an event has it read again: the listener's place says what of it
 * is left to tell.
 */
export function placeOf(cursor: Cursor): Place {
  const [, xid = '0', sequence = '0', mark = ''] = CURSOR.exec(cursor) ?? []
  const number = BigInt(`0x${sequence}`) - (mark.length < MARK ? 1n : 0n)
  return { xid: BigInt(`0x${xid}`).toString(), sequence: number.toString() }
}

export const isBefore = (a: Place, b: Place) =>
  BigInt(a.xid) < BigInt(b.xid) || (a.xid === b.xid && BigInt(a.sequence) < BigInt(b.sequence))

/** Nothing of a transaction comes before its first event, which has a sequence greater than this. */
export const beforeAllOf = (xid: string): Place => ({ xid, sequence: '0' })

/** Whether a text is a cursor that the log with this mark may have given. */
export function isCursorOf(text: string, mark: string): text is Cursor {
  const match = CURSOR.exec(text)
  const isOfThisLog = match?.[3] === mark || match?.[3] === mark.slice(0, -1)
  // A bigint has 63 bits; what has more was never given.
  return isOfThisLog && /^[0-7]/.test(match?.[1] ?? '') && /^[0-7]/.test(match?.[2] ?? '')
}
