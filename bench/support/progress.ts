/** Says what a long run is doing. */
export interface Progress {
  /** What goes on now; replaces the step before on a terminal. */
  step(text: string): void
  /** A line that stays. */
  line(text: string): void
}

const ERASE_LINE = '\r\x1b[2K'

/** On a terminal a line that is rewritten, elsewhere plain lines. */
export function createProgress(out: NodeJS.WriteStream = process.stdout): Progress {
  if (!out.isTTY) {
    const line = (text: string) => out.write(`${text}\n`)
    return { step: line, line }
  }
  return {
    step: (text) => out.write(`${ERASE_LINE}${text}`),
    line: (text) => out.write(`${ERASE_LINE}${text}\n`),
  }
}
