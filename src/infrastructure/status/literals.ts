/** In this order: a quote inside of a comment is none. What was cut off in the middle reaches to the end. */
const LITERAL = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`/\*[\s\S]*?(?:\*/|$)`,
    String.raw`\be'(?:[^'\\]|''|\\[\s\S])*(?:'|\\?$)`,
    String.raw`\b(?:u&|[bxn])?'(?:[^']|'')*(?:'|$)`,
    "'(?:[^']|'')*(?:'|$)",
    String.raw`(\$(?:[a-z_]\w*)?\$)[\s\S]*?(?:\1|$)`,
    '"(?:[^"]|"")*(?:"|$)',
    String.raw`\$\d+`,
    String.raw`(?<![\w$])\d[\w.]*`,
  ].join('|'),
  'gi',
)

const LONGEST = 200

/** A statement without what is written into it: its strings, numbers and comments may be somebody's address or secret. */
export function withoutLiterals(statement: string): string {
  const bare = statement.replace(LITERAL, (found) => {
    if (found.startsWith('--') || found.startsWith('/*')) return ' '
    return found.startsWith('"') || /^\$\d/.test(found) ? found : '?'
  })
  const line = bare.replace(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line
}
