import { commands, expectManners } from '../support/manners.ts'

commands.filter(({ file }) => !file.startsWith('src/')).forEach(expectManners)
