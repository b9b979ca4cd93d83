import type { Letter, LetterFact } from '../domain/letter.ts'

/** A letter as plain text: what somebody wrote stands indented, so that it cannot pass for the letter's own words. */
export function textOf({ heading, greeting, paragraphs, facts }: Letter): string {
  return `${[greeting, heading, ...paragraphs, facts.map(factText).join('\n')].join('\n\n')}\n`
}

const INDENT = '    '

const factText = ({ label, lines }: LetterFact) =>
  lines.length === 1
    ? `${label}: ${lines[0]}`
    : [`${label}:`, ...lines.map((line) => `${INDENT}${line}`.trimEnd())].join('\n')
