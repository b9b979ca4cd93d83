/**
 * The import rules of ARCHITECTURE.md, by folder: a rule by file suffix leaks.
 * test/architecture proves that they run over the whole tree and that each of them can fail.
 */
const layer = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer(
      'domain-is-pure',
      'The domain imports only the domain: no package, no node:, no other layer.',
      { path: '^src/domain/' },
      { pathNot: '^src/domain/' },
    ),
    layer(
      'application-knows-domain-and-ports',
      'A use case sees the domain and its own ports, never a technology.',
      { path: '^src/application/' },
      { pathNot: '^src/(domain|application)/' },
    ),
    layer(
      'ports-know-no-use-case',
      'A port is described in words of the domain.',
      { path: '^src/application/ports/' },
      { path: '^src/application/(?!ports/)' },
    ),
    layer(
      'adapters-do-not-meet',
      'An adapter imports the application, the domain, its own folder and its own driver.',
      { path: '^src/adapters/([^/]+)' },
      { path: '^src/', pathNot: '^src/(domain|application|adapters/$1|infrastructure)/|^src/main\\.ts$' },
    ),
    layer(
      'adapters-do-not-compose',
      'Objects meet in infrastructure; no adapter knows it.',
      { path: '^src/adapters/' },
      { path: '^src/(infrastructure/|main\\.ts$)' },
    ),
    layer(
      'database-has-one-adapter',
      'PostgreSQL is spoken in its adapter, and where infrastructure starts or migrates it.',
      { path: '^src/', pathNot: '^src/(adapters/(legacy-)?postgres|infrastructure)/' },
      { path: '(^|/)node_modules/(pg|pg-[^/]+|slonik|@slonik/[^/]+|node-pg-migrate)/' },
    ),
    layer(
      'web-framework-has-its-adapters',
      'Fastify is known to the front doors, and where infrastructure opens them.',
      { path: '^src/', pathNot: '^src/(adapters/(http|websocket|front-doors)|infrastructure)/' },
      { path: '(^|/)node_modules/(fastify|fastify-[^/]+|@fastify/[^/]+)/' },
    ),
    layer(
      'metrics-have-one-adapter',
      'What is measured is named in one place; everyone else only says what has happened.',
      { path: '^src/', pathNot: '^src/adapters/prometheus/' },
      { path: '(^|/)node_modules/prom-client/' },
    ),
    layer('no-circular', 'A cycle has no order in which it can be read.', {}, { circular: true }),
    layer(
      'no-test-in-source',
      'The source never imports what is not delivered with it.',
      { path: '^src/' },
      { path: '^(test|bench|scripts)/' },
    ),
    layer(
      'no-unresolvable',
      'An import that cannot be resolved is a typing error or a missing dependency.',
      {},
      { couldNotResolve: true },
    ),
    layer(
      'no-dev-dependency-in-source',
      'The source runs where development dependencies are not installed.',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    layer(
      'no-undeclared-dependency',
      'A package that is there only because another one needs it may go with the next update.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
}
