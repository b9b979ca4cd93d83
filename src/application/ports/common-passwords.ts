/** Whether a password is among those that are tried first, whatever the case of its letters. */
export type IsCommonPassword = (password: string) => boolean
