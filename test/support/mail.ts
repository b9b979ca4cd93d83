import type { ComposeOptions } from '../../src/infrastructure/compose.ts'

/** Mail that is kept and sent to nobody, as in development. */
export const KEPT_MAIL: ComposeOptions['mail'] = {
  production: false,
  smtpUrl: null,
  resetUrl: null,
  from: { name: 'Slotwright', address: 'slotwright@localhost' },
}
