package dev.weir.bench.fanout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** nginx with the nchan module, one worker, nothing written to a log: where both are installed. */
final class NchanServer implements ServerProcess {
    private static final String SYSTEM_NGINX = "/usr/sbin/nginx";
    private static final List<String> MODULES = List.of("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules",
            "/usr/share/nginx/modules", "/etc/nginx/modules", "/usr/local/nginx/modules",
            "/usr/local/lib/nginx/modules",
            "/opt/homebrew/lib/nginx/modules");

    private final Child child;
    private final int port;

    NchanServer(Site site) throws IOException, InterruptedException {
        port = freePort();
        Path configuration = site.scratch().resolve("nginx-" + port + ".conf");
        String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        Files.writeString(configuration,
                configuration(module().orElseThrow(), user, site.scratch()));
        String nginx = Site.onPath("nginx").map(Path::toString).orElse(SYSTEM_NGINX);
        child = site.start(Integer.toString(Site.SERVER_CORE), List.of(nginx, "-e",
                site.scratch().resolve("nginx.log").toString(), "-c", configuration.toString()));
        awaitListening();
    }

    private String configuration(Path module, String user, Path scratch) {
        return """
            load_module %1$s;
            daemon off;
            %2$s
            worker_processes 1;
            worker_rlimit_nofile 20000;
            pid %3$s/nginx.pid;
            error_log %3$s/nginx.log;
            events { worker_connections 19000; multi_accept on; }
            http {
              access_log off;
              client_body_temp_path %3$s/nginx-body;
              proxy_temp_path %3$s/nginx-proxy;
              fastcgi_temp_path %3$s/nginx-fastcgi;
              uwsgi_temp_path %3$s/nginx-uwsgi;
              scgi_temp_path %3$s/nginx-scgi;
              keepalive_requests 1000000000;
              keepalive_timeout 3600s;
              send_timeout 3600s;
              tcp_nodelay on;
              nchan_shared_memory_size 1024m;
              server {
                listen 127.0.0.1:%4$d backlog=4096;
                location /pub {
                  nchan_publisher;
                  nchan_channel_id bench;
                  nchan_message_buffer_length 8192;
                  nchan_message_timeout 60s;
                }
                location /events {
                  nchan_subscriber eventsource;
                  nchan_channel_id bench;
                  nchan_subscriber_first_message newest;
                }
                location /socket {
                  nchan_subscriber websocket;
                  nchan_channel_id bench;
                  nchan_subscriber_first_message newest;
                }
              }
            }
            """.formatted(module, user, scratch, port);
    }

    /** Whether it can be measured here. */
    static boolean installed() {
        return module().isPresent()
                && (Site.onPath("nginx").isPresent() || Files.isExecutable(Path.of(SYSTEM_NGINX)));
    }

    private static Optional<Path> module() {
        return Stream.concat(MODULES.stream(), MODULES.stream().map(directory -> directory.replace("/modules", "")))
                .map(directory -> Path.of(directory, "ngx_nchan_module.so")).filter(Files::isReadable).findFirst();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private void awaitListening() throws IOException {
        for (int i = 0; i < 500; i++) {
            try (Socket probe = new Socket()) {
                probe.connect(Handshake.local(port), 1000);
                if (child.pids().size() > 1) {
                    return;
                }
                throw new IOException("it listens, but has no worker");
            } catch (IOException notYet) {
                if (!child.isAlive()) {
                    throw new IOException("nginx does not start", notYet);
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
        child.close();
        throw new IOException("nginx does not listen");
    }

    @Override
    public Load.Target target(Load.Protocol protocol) {
        return new Load.Target(port, protocol == Load.Protocol.SSE ? "/events" : "/socket", "", Load.Way.POSTS, port,
                "/pub");
    }

    @Override
    public List<Long> pids() {
        return child.pids();
    }

    @Override
    public void close() {
        child.close();
    }
}
