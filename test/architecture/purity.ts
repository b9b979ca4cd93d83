import ts from 'typescript'
import { onEachNode, type Rule } from './source.ts'

const isPropertyName = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) || ts.isPropertyAssignment(node.parent)) &&
  node.parent.name === node

/** The name in `object.name` or `object['name']`, where the node is the object. */
const memberOf = (node: ts.Node): string | undefined => {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) return parent.name.text
  if (!ts.isElementAccessExpression(parent) || parent.expression !== node) return undefined
  return ts.isStringLiteral(parent.argumentExpression) ? parent.argumentExpression.text : undefined
}

const isDateOfSomething = (node: ts.Identifier): boolean => {
  const { parent } = node
  if (ts.isNewExpression(parent)) return (parent.arguments?.length ?? 0) > 0
  return ['UTC', 'parse', 'prototype'].includes(memberOf(node) ?? '')
}

const isKnown = (node: ts.Identifier, except: string): boolean => {
  const member = memberOf(node)
  return member !== undefined && member !== except
}

/** What a name may be used for in code that gets its time and chance as parameters. */
const clocksAndChance: Readonly<Record<string, (node: ts.Identifier) => boolean>> = {
  Date: (node) => ts.isTypeNode(node.parent) || isDateOfSomething(node),
  Math: (node) => isKnown(node, 'random'),
  Temporal: (node) => ts.isQualifiedName(node.parent) || isKnown(node, 'Now'),
  performance: () => false,
  crypto: () => false,
  randomUUID: () => false,
  getRandomValues: () => false,
  hrtime: () => false,
}

/** No clock is read and no die is thrown: `now` and ids come from outside. */
export const takesNoTimeAndNoChance: Rule = onEachNode((node) => {
  if (!ts.isIdentifier(node) || !Object.hasOwn(clocksAndChance, node.text)) return undefined
  if (isPropertyName(node) && !/^(randomUUID|getRandomValues|hrtime)$/.test(node.text)) return undefined
  return clocksAndChance[node.text]?.(node)
    ? undefined
    : `reads a clock or throws a die: ${node.parent.getText()}`
})

const textOf = (node: ts.Node): string | undefined => {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  return ts.isTemplateExpression(node) ? node.getText() : undefined
}

const SQL =
  /\b(select\b[\s\S]*\bfrom|insert\s+into|update\b[\s\S]*\bset|delete\s+from|(create|alter|drop)\s+(table|index))\b|\bsql\./i

/** SQL stays in the adapter of the database. */
export const speaksNoSql: Rule = onEachNode((node) => {
  if (ts.isTaggedTemplateExpression(node) && /^sql\b/.test(node.tag.getText())) return 'speaks SQL'
  return SQL.test(textOf(node) ?? '') ? 'speaks SQL' : undefined
})

const STATUS = new Set([400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 429, 500, 502, 503])
const HTTP_TEXT =
  /\bapplication\/(problem\+)?json\b|^(GET|POST|PUT|PATCH|DELETE)( \/|$)|^(retry-after|if-(none-)?match|etag|set-cookie|location|content-type|authorization)$|^bearer\b/i

/** Statuses, headers and methods stay in the adapter of HTTP. */
export const speaksNoHttp: Rule = onEachNode((node) => {
  if (ts.isNumericLiteral(node) && STATUS.has(Number(node.text))) return `speaks HTTP: ${node.text}`
  if (ts.isIdentifier(node) && /^(statusCode|httpStatus|headers|cookies?)$/.test(node.text)) {
    return `speaks HTTP: ${node.text}`
  }
  const text = textOf(node)
  return text !== undefined && HTTP_TEXT.test(text) ? `speaks HTTP: ${text}` : undefined
})

/** Finds where the environment is read, which is one file's business. */
export const readsNoEnvironment: Rule = onEachNode((node) => {
  if (ts.isIdentifier(node) && node.text === 'process' && !isPropertyName(node)) {
    const isTaken = ts.isVariableDeclaration(node.parent) && node.parent.initializer === node
    if (memberOf(node) === 'env' || isTaken) return 'reads the environment'
  }
  if (!ts.isImportDeclaration(node) || !/^(node:)?process$/.test(textOf(node.moduleSpecifier) ?? '')) {
    return undefined
  }
  return 'reads the environment, or could'
})
