import type { Profile } from './account.ts'
import type { Instant } from './instant.ts'
import { type Letter, zoneOfReader } from './letter.ts'
import { asOneLine } from './plain-text.ts'
import { instantWords } from './time-words.ts'

export interface ResetFacts {
  readonly reader: Profile
  readonly token: string
  readonly expiresAt: Instant
  /** The page on which a new password is set; null where nobody has named one. */
  readonly page: string | null
}

/** What somebody is told who has asked for a new password. */
export const resetLetter = ({ reader, token, expiresAt, page }: ResetFacts): Letter => ({
  subject: 'A new password',
  heading: 'Set a new password',
  greeting: `Hello ${asOneLine(reader.firstName) || 'there'},`,
  paragraphs: [
    'Somebody, most likely you, has asked for a new password for your account.',
    'If it was not you, leave this mail alone: nothing changes until the password is set.',
  ],
  facts: [
    page === null ? { label: 'Token', lines: [token] } : { label: 'Page', lines: [linkTo(page, token)] },
    { label: 'Good once, until', lines: [instantWords(zoneOfReader(reader), expiresAt)] },
  ],
})

/** Behind the #, which a browser sends to nobody: a token in a query ends up in logs and in the address of the page before. */
const linkTo = (page: string, token: string) => `${page.replace(/#.*$/, '')}#token=${token}`
