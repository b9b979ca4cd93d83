/** What breaks a line, in whichever script. */
const LINE_BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/

/** Marks that turn the direction of what follows them: a name must not turn round the sentence that it stands in. */
const DIRECTION_MARKS = /[\u202a-\u202e\u2066-\u2069]/g

/** What somebody wrote, as one line that cannot begin another: in a subject, in a name. */
export const asOneLine = (text: string) =>
  text
    .replace(DIRECTION_MARKS, '')
    .replace(/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()

/** What somebody wrote, line by line; empty lines at both ends are left out. */
export const asLines = (text: string) => text.trim().split(LINE_BREAK).map(asOneLine)

/** At most so many characters, the last of them three dots where something was left out. */
export function shortened(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most
    ? text
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
}
