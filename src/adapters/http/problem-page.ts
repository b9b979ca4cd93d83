import { hash } from 'node:crypto'
import { type ProblemCode, problems } from './problems.ts'

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const withCode = (text: string) => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>')

const STYLE = `
body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #222; }
code { background: #eef; padding: 0.1em 0.3em; border-radius: 3px; }
@media (prefers-color-scheme: dark) { body { background: #181818; color: #ddd; } code { background: #335; } a { color: #9cf; } }
`

/** The page loads nothing, and has no style but its own. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; frame-ancestors 'none'`

/** The page at the `type` of a problem: what it means and how to go on. */
export function problemPage(code: ProblemCode): string {
  const { status, title, help } = problems[code]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} (${code})</title>
<style>${STYLE}</style>
</head>
<body>
<p><code>${status}</code> <code>${code}</code></p>
<h1>${escapeHtml(title)}</h1>
<p>${withCode(help)}</p>
<p><a href="/docs">All of the contract</a></p>
</body>
</html>
`
}
