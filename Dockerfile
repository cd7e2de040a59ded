# A small image that runs as nobody in particular: one program, one folder.
#
#   docker build -t bookstall .
#   docker run -p 3000:3000 -v bookstall:/data -e BOOKSTALL_PUBLIC_URL=https://books.example bookstall

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /bookstall
COPY . .
RUN cargo build --release --locked --bin bookstall

FROM debian:bookworm-slim
RUN groupadd --system --gid 10001 bookstall \
    && useradd --system --uid 10001 --gid bookstall --home-dir /data --no-create-home --shell /usr/sbin/nologin bookstall \
    && install --directory --owner bookstall --group bookstall --mode 0700 /data
COPY --from=build /bookstall/target/release/bookstall /usr/local/bin/bookstall
COPY --from=build /bookstall/LICENSE /usr/share/doc/bookstall/LICENSE

USER bookstall
WORKDIR /data
ENV BOOKSTALL_DATA=/data
# Inside the container every interface is its own; what reaches it is decided by `docker run -p` and the proxy in
# front, which speaks https and is named by BOOKSTALL_PUBLIC_URL.
ENV BOOKSTALL_LISTEN=0.0.0.0:3000
VOLUME /data
EXPOSE 3000

# bash opens the connection itself, so the image needs no HTTP client.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/3000 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]

STOPSIGNAL SIGTERM
ENTRYPOINT ["bookstall"]
CMD ["serve"]
