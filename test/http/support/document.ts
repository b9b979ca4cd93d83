import type { ContractDocument } from './contract.ts'

/** Every operation of a document, by the name that the routes have: `GET /v1/services/:id`. */
export const operationsOf = (document: ContractDocument) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      operation,
    })),
  )

/** Every answer that a document declares. */
export const answersOf = (document: ContractDocument) =>
  operationsOf(document).flatMap(({ route, operation }) =>
    Object.entries(operation.responses).map(([status, answer]) => ({
      name: `${route} ${status}`,
      status,
      operation,
      answer,
    })),
  )
