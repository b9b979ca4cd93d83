import ts from 'typescript'
import { onEachNode, type Rule, type SourceFile } from './source.ts'

const FILE_LINES = 300
const FUNCTION_LINES = 40

export const countLines = ({ text }: SourceFile): number => text.replace(/\n$/, '').split('\n').length

export const isShort: Rule = (file) => {
  const lines = countLines(file)
  return lines > FILE_LINES ? [`${file.path}:${FILE_LINES} has ${lines} lines`] : []
}

type FunctionWithBody = ts.FunctionLikeDeclaration & { readonly body: ts.Node }

const isFunctionWithBody = (node: ts.Node): node is FunctionWithBody =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined

const spannedLines = (node: ts.Node): number => node.getText().split('\n').length

/** The lines of a function's own: another function inside it counts as the line that it begins on. */
const ownLines = (node: FunctionWithBody): number => {
  let lines = spannedLines(node)
  const leaveOut = (inner: ts.Node): void => {
    if (isFunctionWithBody(inner)) lines -= spannedLines(inner) - 1
    else inner.forEachChild(leaveOut)
  }
  node.forEachChild(leaveOut)
  return lines
}

export const hasShortFunctions: Rule = onEachNode((node) => {
  if (!isFunctionWithBody(node)) return undefined
  const lines = ownLines(node)
  return lines > FUNCTION_LINES ? `has a function of ${lines} lines of its own` : undefined
})

const KEBAB_PATH = /^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+(-[a-z0-9]+)*)*(\.(test|contract))?\.ts$/

export const hasKebabName: Rule = ({ path }) =>
  KEBAB_PATH.test(path) ? [] : [`${path}:1 is not in kebab-case`]

const LAYERS = /^src\/(domain|application|adapters\/[^/]+|infrastructure)\/|^src\/main\.ts$/

export const hasLayer: Rule = ({ path }) => (LAYERS.test(path) ? [] : [`${path}:1 is in no layer`])

const hasDefaultModifier = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)

export const hasNoDefaultExport: Rule = onEachNode((node) => {
  const isNamedDefault = ts.isExportSpecifier(node) && node.name.text === 'default'
  return ts.isExportAssignment(node) || isNamedDefault || hasDefaultModifier(node)
    ? 'has a default export'
    : undefined
})

/** Neither can be run as it is; both exist in TypeScript only. */
export const hasNoEnumOrNamespace: Rule = onEachNode((node) => {
  if (ts.isEnumDeclaration(node)) return 'has an enum'
  return ts.isModuleDeclaration(node) && ts.isIdentifier(node.name) ? 'has a namespace' : undefined
})

export const exportsNoStar: Rule = onEachNode((node) =>
  ts.isExportDeclaration(node) && (!node.exportClause || ts.isNamespaceExport(node.exportClause))
    ? 'exports all of another module'
    : undefined,
)

/** The lines of a layer as a share of the lines of several, from 0 to 1. */
export function shareOf(files: readonly SourceFile[], layer: string, among: readonly string[]): number {
  const lines = (folder: string) =>
    files.filter(({ path }) => path.startsWith(folder)).reduce((sum, file) => sum + countLines(file), 0)
  return lines(layer) / among.reduce((sum, folder) => sum + lines(folder), 0)
}
