import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './imports.ts'

export interface SourceFile {
  /** From the root of the project. */
  readonly path: string
  readonly text: string
}

/** Says what is wrong with a file, as `path:line what`; nothing when all is well. */
export type Rule = (file: SourceFile) => readonly string[]

/** Reads the TypeScript of some folders of the project, in order of the path. */
export async function readSource(...folders: string[]): Promise<readonly SourceFile[]> {
  const patterns = folders.map((folder) => `${folder}/**/*.ts`)
  const paths = await Array.fromAsync(glob(patterns, { cwd: root }))
  return Promise.all(
    paths.sort().map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
  )
}

/** A rule on the nodes of the syntax, so that neither a comment nor a text can break it. */
export const onEachNode =
  (judge: (node: ts.Node) => string | undefined): Rule =>
  ({ path, text }) => {
    const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
    const findings: string[] = []
    const visit = (node: ts.Node): void => {
      const finding = judge(node)
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree))
      if (finding !== undefined) findings.push(`${path}:${line + 1} ${finding}`)
      node.forEachChild(visit)
    }
    visit(tree)
    return findings
  }
