import type { ContractDocument, Operation } from './contract.ts'

const ID = '01900000-0000-7000-8000-00000000000a'

export interface CallableOperation {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The path with something of the right form for every parameter. */
  readonly url: string
  readonly operation: Operation
}

/** Every operation of a document, ready to be called. */
export const callableOperations = ({ paths }: ContractDocument): CallableOperation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase() as CallableOperation['method'],
      url: path
        .replace('{date}', '2026-02-01')
        .replace('{code}', 'slot-taken')
        .replace(/\{\w+\}/g, ID),
      operation,
    })),
  )
