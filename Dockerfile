# Built on the machine's own platform whatever the image's: only better-sqlite3 is native, and it brings every binary.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY fixtures fixtures
COPY src src
RUN npm run build:command \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

# What the command never reads: sources and binaries of other platforms, types, tests. Licences stay.
ARG TARGETARCH
RUN cd node_modules \
 && find better-sqlite3/prebuilds -type f ! -name "linux-$(echo "$TARGETARCH" | sed s/amd64/x64/).node" -delete \
 && rm -r better-sqlite3/deps better-sqlite3/src node-addon-api .bin .package-lock.json \
 && find . -type d \( -name .github -o -name benchmark -o -name benchmarks -o -name docs -o -name example \
      -o -name examples -o -name test -o -name tests \) -prune -exec rm -r {} + \
 && find . -type f \( -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' \
      -o -name '*.md' ! -iname 'licen[cs]e*' \) -delete \
 && mkdir /data

FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="docspace-mock" \
      org.opencontainers.image.description="A stand-in for an ONLYOFFICE DocSpace portal" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY LICENSE package.json ./
COPY --from=build /build/dist dist
# where a volume can stand for DOCSPACE_MOCK_DATA=/data: a new one takes the owner from here
COPY --from=build --chown=65532:65532 /data /data
# Whoever reaches the container may control it, since its users are always on another host: leave the port unpublished,
# or set DOCSPACE_MOCK_CONTROL_TOKEN, where that is too many.
# Nothing is written unless it is asked for, so the root file system may be read-only
ENV NODE_ENV=production \
    NODE_DISABLE_COMPILE_CACHE=1 \
    DOCSPACE_MOCK_HOST=0.0.0.0 \
    DOCSPACE_MOCK_CONTROL_REMOTE=true
EXPOSE 8092
USER 65532
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=3s --timeout=3s --start-period=10s --retries=3 \
  CMD ["/nodejs/bin/node", "-e", "require('http').get({ host: '127.0.0.1', port: process.env.DOCSPACE_MOCK_PORT || 8092, path: '/health' }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/bin.cjs"]
