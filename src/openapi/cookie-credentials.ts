declare const document: { cookie: string }

/** As much of Swagger UI as is needed here. */
interface SwaggerUi {
  specSelectors: {
    securityDefinitions(): { toJS(): Record<string, { type: string; in?: string; name?: string }> } | null
  }
  authSelectors: { authorized(): { toJS(): Record<string, { value?: unknown }> } }
}

/**
 * A plugin of Swagger UI that sends credentials which belong into a cookie. The UI can't by itself where the page is
 * neither on HTTPS nor on localhost, or has a path that ends in a slash.
 *
 * It is sent to browsers as the text that it is, so it may refer to nothing outside itself.
 */
export function cookieCredentials() {
  return {
    statePlugins: {
      spec: {
        wrapActions: {
          executeRequest: (execute: (request: unknown) => unknown, ui: SwaggerUi) => (request: unknown) => {
            const authorized = ui.authSelectors.authorized().toJS()
            for (const [name, scheme] of Object.entries(ui.specSelectors.securityDefinitions()?.toJS() ?? {})) {
              if (scheme.type !== 'apiKey' || scheme.in !== 'cookie') continue
              const value = authorized[name]?.value
              document.cookie = `${scheme.name}=${value ?? ''}; path=/; SameSite=Lax${value ? '' : '; max-age=0'}`
            }
            return execute(request)
          },
        },
      },
    },
  }
}
