# A bridge on stdio: docker run -i --rm -e DATABRICKS_HOST -e DATABRICKS_TOKEN uc-mcp-bridge --connection NAME
# The final image has no shell and no package manager, and runs as a user without rights.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY LICENSE rolldown.config.js tsconfig.json ./
COPY packaging ./packaging
COPY src ./src
RUN npm run build

FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="uc-mcp-bridge" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /build/dist /app
COPY LICENSE /app/LICENSE
USER nonroot
WORKDIR /home/nonroot
ENTRYPOINT ["/nodejs/bin/node", "/app/main.js"]
