import { join } from 'node:path'
import ts from 'typescript'
import { root } from './imports.ts'

const parseConfig = (file: string): ts.ParsedCommandLine => {
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'))
    },
  }
  const parsed = ts.getParsedCommandLineOfConfigFile(join(root, file), {}, host)
  if (!parsed) throw new Error(`${file} cannot be read`)
  return parsed
}

/** A host that sees the planted files as if they were there. */
const createHost = (options: ts.CompilerOptions, planted: ReadonlyMap<string, string>): ts.CompilerHost => {
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists, getSourceFile } = host
  host.readFile = (path) => planted.get(path) ?? readFile(path)
  host.fileExists = (path) => planted.has(path) || fileExists(path)
  host.getSourceFile = (path, language, ...rest) => {
    const text = planted.get(path)
    return text === undefined
      ? getSourceFile(path, language, ...rest)
      : ts.createSourceFile(path, text, language, true)
  }
  return host
}

/**
 * Compiles what a configuration includes, together with files that are only planted, and returns the errors as
 * `path message`.
 */
export function typeErrors(
  configFile: string,
  planted: Readonly<Record<string, string>> = {},
): { readonly files: readonly string[]; readonly errors: readonly string[] } {
  const { options, fileNames } = parseConfig(configFile)
  const texts = new Map(Object.entries(planted).map(([path, text]) => [join(root, path), text]))
  const program = ts.createProgram([...fileNames, ...texts.keys()], options, createHost(options, texts))
  const errors = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const path = file?.fileName.replace(root, '') ?? ''
    return `${path} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
  return { files: fileNames.map((path) => path.replace(root, '')), errors }
}
