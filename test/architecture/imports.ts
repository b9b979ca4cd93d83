import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractCruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTypeScriptConfig from 'dependency-cruiser/config-utl/extract-ts-config'

/** The root of the project, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface ImportReport {
  /** The modules of `src`, as paths from the root. */
  readonly modules: readonly string[]
  /** `rule: from → to` for each import that a rule forbids. */
  readonly violations: readonly string[]
}

/** Judges the imports of `src` under a root by the rules of the project. */
export async function judgeImports(baseDir: string): Promise<ImportReport> {
  const options = await extractCruiseOptions(join(root, '.dependency-cruiser.cjs'))
  const tsConfig = extractTypeScriptConfig(join(root, 'tsconfig.json'))
  const { output } = await cruise(['src'], { ...options, baseDir }, {}, { tsConfig })
  const { modules, summary } = output as ICruiseResult
  return {
    modules: modules.map(({ source }) => source).filter((source) => source.startsWith('src/')),
    violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  }
}

/** A small tree of files by path, in a folder of its own that goes when it is disposed of. */
export async function plantTree(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly root: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-architecture-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return { root: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}
