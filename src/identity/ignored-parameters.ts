/** The prompts that have a page, or forbid any. */
const PROMPTS = ['none', 'login', 'consent']

/**
 * Removes parameters that Spring's authorization server ignores and the provider refuses or follows: `resource`,
 * the response mode `form_post`, whose page has the code in it, and unknown values of `prompt`. `none` together with
 * `select_account` stays an error, as in Spring.
 */
export function dropIgnoredParameters(params: Record<string, unknown>): void {
  params.resource = undefined
  if (params.response_mode === 'form_post') params.response_mode = undefined
  if (typeof params.prompt !== 'string') return
  const prompts = params.prompt.split(' ')
  const kept = prompts.includes('none') ? [...PROMPTS, 'select_account'] : PROMPTS
  params.prompt = prompts.filter((prompt) => kept.includes(prompt)).join(' ') || undefined
}
