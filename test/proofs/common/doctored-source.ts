import { fileURLToPath } from 'node:url'

/** A change to the text of a module. */
export interface Edit {
  /** As its path ends. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** Where a process that is started with them finds its edits. */
export const EDITS = 'DOCTORED_SOURCE'

/** Settings with which a process loads its modules changed: the fault is planted in that process and nowhere else. */
export const doctored = (edits: readonly Edit[]): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import ${fileURLToPath(new URL('./load-doctored.ts', import.meta.url))}`,
  [EDITS]: JSON.stringify(edits),
})
