/** The tag that DocSpace's document puts these operations under. */
export const TAG = 'Api keys'
