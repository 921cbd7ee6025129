package dev.weir.emulator;

import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.interpreter.InterpreterSessions;
import dev.weir.emulator.session.BareContainer;
import dev.weir.emulator.session.ContainerStarter;
import dev.weir.emulator.session.MicroVms;
import dev.weir.emulator.session.Surroundings;
import dev.weir.emulator.shell.Shells;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local AgentCore on a loopback port: agent WebSockets, invocations, command shells, commands, StopRuntimeSession and code interpreters of the account
 * 000000000000, each request's signature verified. {@code GET /_emulator/health} needs no signature; it names the instance and keeps the emulator from lingering out.
 */
public final class Emulator {
    /** The account of every ARN here. */
    public static final String ACCOUNT = Addressing.ACCOUNT;
    /** Says who is listening; answers 200 with {@code account}, {@code region}, {@code pid}, {@code instance}. */
    public static final String HEALTH_PATH = "/_emulator/health";

    private static final Logger LOG = LoggerFactory.getLogger(Emulator.class);
    private static final int MAX_HEAD = 16 * 1024;
    private static final int IDLE_SECONDS = 20 * 60;
    private static final int MAX_CONTAINER_CONNECTIONS = 256;

    private final Vertx vertx;
    private final EmulatorSetup setup;
    private final String instance = UUID.randomUUID().toString();
    private final Promise<Void> deserted = Promise.promise();
    private final AtomicReference<String> deployment = new AtomicReference<>();

    public Emulator(Vertx vertx, EmulatorSetup setup) {
        this.vertx = vertx;
        this.setup = setup;
    }

    /** Listens on 127.0.0.1 and completes with the port. Once. */
    public Future<Integer> start() {
        Serving serving = new Serving();
        return vertx.deployVerticle(serving).map(id -> {
            deployment.set(id);
            return serving.port();
        });
    }

    /** Ends every session, closing its sockets with 1001, and stops listening; idempotent. */
    public Future<Void> stop() {
        String id = deployment.getAndSet(null);
        return id == null ? Future.succeededFuture() : vertx.undeploy(id);
    }

    /** Different for every emulator ever made. */
    public String instance() {
        return instance;
    }

    /** Completes when {@code linger} has passed without sessions, connections or calls. The emulator does not stop by itself. */
    public Future<Void> deserted() {
        return deserted.future();
    }

    private interface Leftovers {
        void remove() throws IOException;
    }

    /** Everything that lives on the one event loop. */
    private final class Serving extends VerticleBase {
        private HttpServer server;
        private MicroVms machines;
        private SocketRelay sockets;
        private ShellRelay shells;
        private InterpreterSessions interpreters;
        private HttpClient containers;
        private FrontDoor frontDoor;
        private Instant lastCall = setup.clock().instant();

        int port() {
            return server.actualPort();
        }

        @Override
        public Future<?> start() {
            EmulatorConfig config = setup.config();
            containers = vertx.createHttpClient(
                    new HttpClientOptions().setKeepAlive(false).setMaxHeaderSize(2 * MAX_HEAD),
                    new PoolOptions().setHttp1MaxSize(MAX_CONTAINER_CONNECTIONS));
            machines = new MicroVms(new Surroundings(vertx, context, containers, config, setup.tuning(), setup.clock(),
                    setup.dataDir().resolve("sessions")), runtimes());
            sockets = new SocketRelay(vertx, config, setup.tuning());
            shells = new ShellRelay(vertx, config, new Shells(vertx, context));
            interpreters = new InterpreterSessions(context, setup.clock(), setup.dataDir().resolve("interpreters"),
                    config.interpreters().maxSessions());
            frontDoor = new FrontDoor(vertx, setup, machines, containers, new FrontDoor.Relays(sockets, shells,
                    new InterpreterDoor(vertx, setup, interpreters)));
            vertx.setPeriodic(setup.tuning().poll().toMillis(), _ -> interpreters.endDue());
            watchLinger(config);
            return vertx.executeBlocking(() -> {
                clear("sessions", machines::clear);
                clear("interpreters", interpreters::clear);
                return null;
            }).compose(_ -> listen(config)).onSuccess(_ -> LOG.info("AgentCore emulator on 127.0.0.1:{}", port()));
        }

        @Override
        public Future<?> stop() {
            return Future.join(machines.stopAll(), interpreters.stopAll())
                    .eventually(() -> server.close())
                    .eventually(() -> sockets.close())
                    .eventually(() -> containers.close());
        }

        /** Those of the set-up, and one that is nothing but its shells. */
        private Map<String, ContainerStarter> runtimes() {
            Map<String, ContainerStarter> all = new HashMap<>(setup.runtimes());
            all.putIfAbsent("shell", new BareContainer(vertx));
            return all;
        }

        /** What stays behind is in nobody's way: an interpreter's ids never come again, and a session removes its directory first. */
        private void clear(String what, Leftovers leftovers) {
            try {
                leftovers.remove();
            } catch (IOException | RuntimeException failure) {
                LOG.warn("not all {} of an earlier emulator could be removed: {}", what, failure.toString());
            }
        }

        private int connections() {
            return sockets.open() + shells.open();
        }

        private Future<HttpServer> listen(EmulatorConfig config) {
            server = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(config.port())
                    .setMaxHeaderSize(MAX_HEAD).setMaxInitialLineLength(MAX_HEAD)
                    .setIdleTimeout(IDLE_SECONDS)
                    .setHttp2ClearTextEnabled(false)
                    .setCompressionSupported(false).setDecompressionSupported(false)
                    .setHandle100ContinueAutomatically(true)
                    .setPerFrameWebSocketCompressionSupported(false)
                    .setPerMessageWebSocketCompressionSupported(false)
                    .setWebSocketClosingTimeout(5)
                    .setMaxWebSocketFrameSize(SocketRelay.maxFrame(config))
                    .setMaxWebSocketMessageSize(SocketRelay.maxFrame(config)));
            return server.requestHandler(this::handle).listen();
        }

        private void handle(HttpServerRequest request) {
            lastCall = setup.clock().instant();
            if (request.uri().equals(HEALTH_PATH)) {
                request.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(new JsonObject()
                        .put("account", ACCOUNT).put("region", setup.config().region())
                        .put("pid", ProcessHandle.current().pid()).put("instance", instance)
                        .put("sessions", machines.size()).put("connections", connections())
                        .put("interpreterSessions", interpreters.size()).toBuffer());
            } else {
                frontDoor.handle(request);
            }
        }

        private void watchLinger(EmulatorConfig config) {
            if (config.linger().isZero()) {
                return;
            }
            long period = Math.clamp(config.linger().toMillis() / 4, 1, 1_000);
            vertx.setPeriodic(period, _ -> {
                if (machines.size() > 0 || interpreters.size() > 0 || connections() > 0) {
                    lastCall = setup.clock().instant();
                } else if (!setup.clock().instant().isBefore(lastCall.plus(config.linger()))) {
                    deserted.tryComplete();
                }
            });
        }
    }
}
