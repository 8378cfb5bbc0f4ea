// The channels between the page's preload script and the main process, and what travels on them: JSON texts.

/** Page → main: name and input of a call; resolves to an Answer. */
export const CALL = 'albert:call'
/** Page → main: the path of a file that the person dropped or chose; resolves to an Answer of a FileRef. */
export const ADD_FILE = 'albert:add-file'
/** Main → page: a Notice. */
export const NOTICE = 'albert:notice'
