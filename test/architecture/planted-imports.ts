const packageFiles = (name: string): Record<string, string> => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, type: 'module', exports: './index.js' }),
  [`node_modules/${name}/index.js`]: 'export const it = 1',
})

const manifest = {
  name: 'planted',
  type: 'module',
  dependencies: { fastify: '1', pg: '1', slonik: '1', 'prom-client': '1' },
  devDependencies: { 'fast-check': '1' },
}

const declared = ['fastify', 'pg', 'slonik', 'prom-client', 'fast-check']

/** A tree with a module in every place, in which nothing is wrong yet. */
export const innocentTree: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify(manifest),
  ...Object.assign({}, ...[...declared, 'undeclared'].map(packageFiles)),
  'src/main.ts': `import { it } from './infrastructure/it.ts'\nexport const main = it`,
  'src/domain/it.ts': 'export const it = 1\nexport type It = number',
  'src/domain/user-of-it.ts': `export { it } from './it.ts'`,
  'src/application/it.ts': `import { it as base } from '../domain/it.ts'\nexport const it = base`,
  'src/application/ports/it.ts': `import type { It } from '../../domain/it.ts'\nexport type Port = () => It`,
  'src/adapters/http/it.ts': `import { it as framework } from 'fastify'\nexport const it = framework`,
  'src/adapters/postgres/it.ts': `import { it as driver } from 'slonik'\nexport const it = driver`,
  'src/adapters/stray.ts': 'export const it = 1',
  'src/infrastructure/it.ts': `import { it as http } from '../adapters/http/it.ts'\nexport const it = http`,
  'src/stray/it.ts': 'export const it = 1',
  'test/it.ts': 'export const it = 1',
  'bench/it.ts': 'export const it = 1',
  'scripts/it.ts': 'export const it = 1',
}

const value = (from: string): string => `import { it } from '${from}'\nexport const planted = it`
const type = (from: string): string => `import type { it } from '${from}'\nexport type Planted = typeof it`

/** By rule of `.dependency-cruiser.cjs`: modules that break it and no other, as `[path, text]`. */
export const plantedImports: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'domain-is-pure': [
    ['src/domain/planted.ts', value('node:crypto')],
    ['src/domain/planted.ts', value('crypto')],
    ['src/domain/planted.ts', type('node:crypto')],
    ['src/domain/planted.ts', value('../application/it.ts')],
    ['src/domain/planted.ts', type('../application/ports/it.ts')],
    ['src/domain/planted.ts', value('../stray/it.ts')],
    ['src/domain/planted.ts', `export { it } from '../application/it.ts'`],
    ['src/domain/planted.ts', `export const planted = () => import('../application/it.ts')`],
    ['src/domain/planted.ts', `export type Planted = typeof import('../application/it.ts')`],
  ],
  'application-knows-domain-and-ports': [
    ['src/application/planted.ts', value('node:crypto')],
    ['src/application/planted.ts', value('../adapters/postgres/it.ts')],
    ['src/application/planted.ts', type('../adapters/http/it.ts')],
    ['src/application/planted.ts', value('../infrastructure/it.ts')],
    ['src/application/ports/planted.ts', type('node:crypto')],
  ],
  'ports-know-no-use-case': [
    ['src/application/ports/planted.ts', value('../it.ts')],
    ['src/application/ports/planted.ts', type('../it.ts')],
  ],
  'adapters-do-not-meet': [
    ['src/adapters/http/planted.ts', value('../postgres/it.ts')],
    ['src/adapters/http/planted.ts', type('../postgres/it.ts')],
    ['src/adapters/http/planted.ts', value('../stray.ts')],
    ['src/adapters/planted.ts', value('./postgres/it.ts')],
    ['src/adapters/postgres/planted.ts', value('../../stray/it.ts')],
  ],
  'adapters-do-not-compose': [
    ['src/adapters/postgres/planted.ts', value('../../infrastructure/it.ts')],
    ['src/adapters/postgres/planted.ts', type('../../main.ts')],
  ],
  'database-has-one-adapter': [
    ['src/adapters/http/planted.ts', value('slonik')],
    ['src/adapters/memory/planted.ts', type('pg')],
  ],
  'web-framework-has-its-adapters': [
    ['src/adapters/postgres/planted.ts', value('fastify')],
    ['src/adapters/memory/planted.ts', type('fastify')],
  ],
  'metrics-have-one-adapter': [
    ['src/adapters/http/planted.ts', value('prom-client')],
    ['src/infrastructure/planted.ts', type('prom-client')],
  ],
  'no-circular': [
    ['src/domain/it.ts', `${type('./user-of-it.ts')}\nexport type It = number\nexport const it = 1`],
  ],
  'no-test-in-source': [
    ['src/infrastructure/planted.ts', value('../../test/it.ts')],
    ['src/infrastructure/planted.ts', value('../../bench/it.ts')],
    ['src/infrastructure/planted.ts', type('../../scripts/it.ts')],
  ],
  'no-unresolvable': [
    ['src/infrastructure/planted.ts', value('missing')],
    ['src/infrastructure/planted.ts', value('./missing.ts')],
  ],
  'no-dev-dependency-in-source': [['src/infrastructure/planted.ts', value('fast-check')]],
  'no-undeclared-dependency': [['src/infrastructure/planted.ts', value('undeclared')]],
}
