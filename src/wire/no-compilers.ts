/**
 * Compilers of schemas that compile nothing. What is bound, and how, is DocSpace's affair, and answers are written by
 * hand: the schemas only describe, and no compiler has to be loaded.
 */
export const noCompilers = {
  buildValidator: (() => () => () => true) as never,
  buildSerializer: () => () => (value: unknown) => JSON.stringify(value),
}
