import { Type } from 'typebox'
import { OneOf } from './common.ts'

const Calendar = Type.Object(
  {
    method: OneOf(['REQUEST', 'CANCEL'], 'What a calendar is to do with it (RFC 5546).'),
    text: Type.String({ description: 'The file, text/calendar (RFC 5545).' }),
  },
  { description: 'The entry for a calendar that came with it.' },
)

const Mail = Type.Object({
  id: Type.String({ description: 'Its Message-ID.' }),
  to: Type.Object({ name: Type.String(), address: Type.String() }),
  subject: Type.String(),
  text: Type.String(),
  html: Type.String(),
  calendar: Type.Union([Calendar, Type.Null()]),
})

export const KeptMails = Type.Object(
  { data: Type.Array(Mail) },
  { $id: 'KeptMails', description: 'The last 100 mails. Order: the newest first.' },
)
