import type { Letter, LetterFact } from '../domain/letter.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string)

const FONT = "font-family: -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"

/**
 * A letter as a page. Mail clients know tables and styles of an element, and little else; nothing is fetched from anywhere.
 */
export const htmlOf = ({ subject, heading, greeting, paragraphs, facts }: Letter): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(subject)}</title>
</head>
<body style="margin: 0; padding: 24px 12px; ${FONT}; font-size: 16px; line-height: 1.5">
<div style="max-width: 560px; margin: 0 auto">
<h1 style="font-size: 22px; line-height: 1.3; margin: 0 0 16px">${escaped(heading)}</h1>
<p style="margin: 0 0 12px" dir="auto">${escaped(greeting)}</p>
${paragraphs.map((text) => `<p style="margin: 0 0 12px" dir="auto">${escaped(text)}</p>`).join('\n')}
<table role="presentation" cellpadding="0" cellspacing="0" style="margin: 16px 0 0; border-collapse: collapse; font-size: 16px">
${facts.map(factRow).join('\n')}
</table>
</div>
</body>
</html>
`

const CELL = 'padding: 6px 0; border-top: 1px solid #c8c8c8; vertical-align: top; text-align: left'

const factRow = ({ label, lines }: LetterFact) =>
  `<tr><th scope="row" style="${CELL}; padding-right: 16px; font-weight: 600">${escaped(label)}</th>` +
  `<td style="${CELL}; word-break: break-word" dir="auto">${lines.map(escaped).join('<br>\n')}</td></tr>`
