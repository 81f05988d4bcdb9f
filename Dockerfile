# The sidecar as an image: `docker compose up -d` builds it. NODE_IMAGE is any image with Node 24 and npm on Debian trixie
# (or later), for amd64 or arm64.
ARG NODE_IMAGE=node:24-trixie-slim

# Compose, as Debian packages it: one binary.
FROM ${NODE_IMAGE} AS compose
RUN apt-get update \
  && cd /tmp && apt-get download docker-compose \
  && dpkg -x docker-compose_*.deb unpacked \
  && mv unpacked/usr/libexec/docker/cli-plugins/docker-compose /docker-compose

# The registry that keeps the images of ECR, as Debian packages it: one binary.
FROM ${NODE_IMAGE} AS registry
RUN apt-get update \
  && cd /tmp && apt-get download docker-registry \
  && dpkg -x docker-registry_*.deb unpacked \
  && mv unpacked/usr/bin/docker-registry /docker-registry

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN node_modules/.bin/tsc -p tsconfig.build.json && node src/setup/page.mjs

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title=ecsidecar \
  org.opencontainers.image.description="Amazon ECS on your own machine: the ECS API, with every task a Docker Compose project" \
  org.opencontainers.image.licenses=Apache-2.0
WORKDIR /opt/ecsidecar
COPY --from=compose /docker-compose /usr/local/lib/docker/cli-plugins/docker-compose
COPY --from=registry /docker-registry /usr/local/bin/docker-registry
COPY --from=dependencies /build/node_modules node_modules
COPY package.json ./
COPY schemas schemas
COPY templates templates
COPY docker-entrypoint.sh ./
COPY --from=build /build/dist dist
ENV NODE_ENV=production \
  GATEWAY_LISTEN=0.0.0.0:4566 \
  ECSIDECAR_DATA_DIR=/var/lib/ecsidecar
VOLUME /var/lib/ecsidecar
EXPOSE 4566
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.GATEWAY_LISTEN.split(':').at(-1)}/_ecsidecar/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/opt/ecsidecar/docker-entrypoint.sh"]
CMD ["start"]
