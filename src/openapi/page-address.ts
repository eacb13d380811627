declare const location: { href: string }

/** As much of an OpenAPI document as is needed here. */
interface Document {
  servers: [{ url: string }]
  components: { securitySchemes: Record<string, object> }
}

/**
 * A plugin of Swagger UI that makes the document's addresses absolute, beginning with that of the page: where a proxy
 * strips a part of the path, only the browser knows it.
 *
 * It is sent to browsers as the text that it is, so it may refer to nothing outside itself.
 */
export function pageAddress() {
  const root = location.href.replace(/\/docs\/?([?#].*)?$/i, '')
  return {
    statePlugins: {
      spec: {
        wrapActions: {
          updateJsonSpec: (update: (document: Document) => unknown) => (document: Document) => {
            const { servers, components } = document
            const path = servers[0].url.replace(/\/$/, '')
            const schemes = JSON.stringify(components.securitySchemes)
            const securitySchemes = JSON.parse(schemes, (name, value) =>
              /Url$/.test(name) && value.startsWith(`${path}/`) ? root + value.slice(path.length) : value,
            )
            return update({ ...document, servers: [{ url: root }], components: { ...components, securitySchemes } })
          },
        },
      },
    },
  }
}
