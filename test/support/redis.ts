import { spawnSync } from 'node:child_process'

/** Whether a Redis can be started here: it comes with no package. */
export const hasRedisServer = (): boolean => spawnSync('redis-server', ['--version']).status === 0
