import { type ProblemCode, problems } from '../../src/adapters/http/problems.ts'

/** docs/reference/problems.md, made of the table by which the server answers. */
export function problemReference(): string {
  const codes = Object.keys(problems) as ProblemCode[]
  const rows = codes
    .sort((a, b) => problems[a].status - problems[b].status || a.localeCompare(b))
    .map(
      (code) =>
        `| ${problems[code].status} | \`${code}\` | ${problems[code].title}. ${problems[code].help} |`,
    )
  return [
    '# Problems',
    '',
    'Every error is `application/problem+json` (RFC 9457). Programs decide by `code`, which is stable; the facts of the',
    'case stand beside it. The page at `type` says the same as this table. Made by `npm run golden`.',
    '',
    '| status | code | meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
