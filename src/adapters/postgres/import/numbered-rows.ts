import { z } from 'zod'
import type { Arrived } from '../../../application/ports/arrivals.ts'

const addedRow = z.object({
  source_id: z.string(),
  is_added: z.boolean(),
  is_id_taken: z.boolean(),
  is_number_kept: z.boolean(),
})

type Refused = Extract<Arrived, { readonly ok: false }>

/**
 * What became of rows that have ids and numbers of their own, as the statement tells it.
 *
 * @param otherwise why a row was left out whose id was free
 */
export const arrivedOf = (
  rows: readonly unknown[],
  otherwise: Pick<Refused, 'code' | 'field'>,
): readonly Arrived[] =>
  z
    .array(addedRow)
    .parse(rows)
    .map(
      ({ source_id: sourceId, is_added: isAdded, is_id_taken: isIdTaken, is_number_kept: isNumberKept }) => {
        if (isAdded) return { sourceId, ok: true, isNumberKept }
        return { sourceId, ok: false, ...(isIdTaken ? { code: 'id-taken', field: 'id' } : otherwise) }
      },
    )
