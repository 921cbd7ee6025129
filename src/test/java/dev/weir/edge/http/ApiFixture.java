package dev.weir.edge.http;

import dev.weir.config.AgentConfig;
import dev.weir.config.ServerConfig;
import dev.weir.config.StreamsConfig;
import dev.weir.edge.stream.ClientSockets;
import dev.weir.edge.stream.ConnectionCaps;
import dev.weir.edge.stream.RunStreams;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.ApiKey;
import dev.weir.feature.access.ApiKeys;
import dev.weir.feature.access.Grants;
import dev.weir.feature.access.Tickets;
import dev.weir.feature.agent.Agents;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.interpreter.SandboxFiles;
import dev.weir.feature.interpreter.Sandboxes;
import dev.weir.feature.interpreter.pool.InterpreterPool;
import dev.weir.feature.interpreter.pool.PoolSettings;
import dev.weir.feature.interpreter.tool.Interpreters;
import dev.weir.feature.quota.Quotas;
import dev.weir.fixture.FileBox;
import dev.weir.fixture.MemoryDispatchAudits;
import dev.weir.fixture.MemorySandboxStore;
import dev.weir.feature.quota.Scope;
import dev.weir.feature.run.Announcements;
import dev.weir.feature.run.Checks;
import dev.weir.feature.run.Hints;
import dev.weir.feature.run.RecordEvents;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.ScheduleDesk;
import dev.weir.feature.run.ScheduledRuns;
import dev.weir.feature.run.WebhookDesk;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.RunState;
import dev.weir.feature.run.feed.Feeds;
import dev.weir.feature.schedule.Ticker;
import dev.weir.feature.secret.Secrets;
import dev.weir.feature.skill.Deployments;
import dev.weir.feature.skill.InputCheck;
import dev.weir.feature.skill.PackageStore;
import dev.weir.feature.skill.Skills;
import dev.weir.feature.skill.StageRules;
import dev.weir.feature.webhook.SecretNames;
import dev.weir.fixture.MemoryScheduleStore;
import dev.weir.feature.skill.Tools;
import dev.weir.feature.skill.Uploads;
import dev.weir.feature.webhook.Webhooks;
import dev.weir.fixture.MemoryApiKeyStore;
import dev.weir.fixture.MemoryDeliveryStore;
import dev.weir.fixture.MemoryGrantStore;
import dev.weir.fixture.MemoryLedger;
import dev.weir.fixture.MemoryRunLog;
import dev.weir.fixture.MemoryRunQueue;
import dev.weir.fixture.MemoryRunStore;
import dev.weir.fixture.MemorySecretStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.MemoryUploadStore;
import dev.weir.fixture.Post;
import dev.weir.kernel.Offload;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import dev.weir.observe.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The API on a free port over stores in memory, with keys of two tenants, and two ways to talk to it. */
final class ApiFixture implements AutoCloseable {
    static final ServerConfig CONFIG = config(64 * 1024);

    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final MemorySkillCatalog catalog = new MemorySkillCatalog();
    final MemoryUploadStore uploads = new MemoryUploadStore(catalog);
    final MemoryApiKeyStore keys = new MemoryApiKeyStore();
    final MemoryGrantStore grants = new MemoryGrantStore();
    final MemorySecretStore secrets = new MemorySecretStore();
    final MemoryRunStore runs = new MemoryRunStore(InstantSource.system());
    final MemoryRunQueue queue = new MemoryRunQueue(3);
    final MemoryScheduleStore schedules = new MemoryScheduleStore();
    final MemoryRunLog log = new MemoryRunLog(runs);
    final Map<Scope, Limits> limits = new ConcurrentHashMap<>();
    volatile boolean ledgerIsAway;
    final Quotas quotas = new Quotas(new MemoryLedger(),
            scope -> ledgerIsAway
                    ? Future.failedFuture(new IllegalStateException("the ledger is away"))
                    : Future.succeededFuture(limits.getOrDefault(scope, Limits.NONE)),
            InstantSource.system(),
            Duration.ofMinutes(10));
    final MemoryDeliveryStore deliveries = new MemoryDeliveryStore(100);
    /** How often the sender of webhooks was told to look. */
    final AtomicInteger hints = new AtomicInteger();
    final ClientSockets sockets;
    final Parrot door = new Parrot();
    final MemoryDispatchAudits dispatches = new MemoryDispatchAudits(InstantSource.system());
    final FileBox box = new FileBox();
    final MemorySandboxStore sandboxes = new MemorySandboxStore();
    final ApiRouter router;
    final int port;
    final Tickets tickets = new Tickets(new byte[32], InstantSource.system());
    final String owner;
    final String developer;
    final String stranger;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ApiFixture() {
        Offload offload = new Offload(Runnable::run);
        ApiKeys issuer = new ApiKeys(keys, InstantSource.system());
        Access access = new Access(keys, grants, tickets);
        InputCheck inputs = new InputCheck(offload);
        Runs runs = new Runs(catalog, access, new Runs.Ports(this.runs, queue, log), inputs, new Unheard(),
                InstantSource.system());
        Webhooks webhooks = new Webhooks(deliveries, new Post(), hints::incrementAndGet, InstantSource.system());
        Ticker ticker = new Ticker(schedules, new ScheduledRuns(runs, this.runs, catalog),
                new Announcements(catalog, webhooks), new Ticker.Settings(Duration.ofMinutes(5), 5, 100),
                InstantSource.system());
        StageRules rules = new StageRules(catalog, secrets, inputs, new Post(),
                new SecretNames("aws", "us-east-1", "000000000000", "local"), InstantSource.system());
        Skills skills = new Skills(catalog, rules, ticker, webhooks, offload, InstantSource.system());
        Features.Automation automation = new Features.Automation(
                new ScheduleDesk(catalog, schedules, ticker, runs, InstantSource.system()),
                new WebhookDesk(catalog, runs, webhooks));
        Features.Rights rights = new Features.Rights(new Grants(grants, InstantSource.system()),
                new Secrets(secrets, skills::secretHolders, InstantSource.system()), new Tools(catalog, access),
                new Checks(catalog, access, secrets, inputs, quotas), quotas);
        Feeds feeds = new Feeds(log, this::state, InstantSource.system(),
                new Feeds.Limits(100, 1024 * 1024, Duration.ofSeconds(1)));
        Features.Packages packages = new Features.Packages(new Uploads(uploads, new NoPackages(), () -> {},
                new Uploads.Limits(128 * 1024, Duration.ofMinutes(15)), InstantSource.system()),
                new Deployments(catalog, uploads, offload, InstantSource.system()));
        RunStreams streams = new RunStreams(feeds::subscribe, new SocketCancel(access, runs), StreamsConfig.DEFAULT,
                Duration.ofMinutes(1),
                registry);
        sockets = new ClientSockets(StreamsConfig.DEFAULT, ProblemMapper::closeCode, registry);
        router = new ApiRouter(
                new Features(access, issuer, tickets, skills, packages, runs, feeds, rights, automation,
                        new Features.Talk(new Agents(Map.of("demo", agent("acme"), "both", agent("acme rival"))),
                                door, interpreting(runs))),
                streams, sockets, Optional.of(new NothingStored()), CONFIG.limits(), new Meters(registry));
        owner = key(issuer, "acme", "olga", Role.OWNER);
        developer = key(issuer, "acme", "dora", Role.DEVELOPER);
        stranger = key(issuer, "rival", "rita", Role.OWNER);
        ConnectionCaps caps = new ConnectionCaps(CONFIG);
        Promise<Integer> listening = Promise.promise();
        await(vertx.deployVerticle(() -> new ApiServer(CONFIG, router, caps, listening),
                new DeploymentOptions().setInstances(2)));
        port = await(listening.future());
    }

    private Features.Interpreting interpreting(Runs accepting) {
        Interpreters interpreters = new Interpreters(Map.of("default-public", box), "default-public");
        Sandboxes held = new Sandboxes(sandboxes, interpreters, accepting, 3, InstantSource.system());
        return new Features.Interpreting(held, new SandboxFiles(held, 2_000),
                new InterpreterPool(interpreters::of, PoolSettings.DEFAULT, System::nanoTime, _ -> {}), dispatches);
    }

    private static AgentConfig agent(String tenants) {
        AgentConfig d = AgentConfig.DEFAULT;
        return new AgentConfig("", d.qualifier(), "true", "stop", "", true, "ask", "https://portal.example.com",
                tenants);
    }

    private Future<RunState> state(RunId id) {
        return runs.find(id)
                .map(run -> new RunState(run.flatMap(Run::outcome).map(outcome -> RecordEvents.of(id, outcome))));
    }

    static ServerConfig config(int maxBodyBytes) {
        ServerConfig base = ServerConfig.DEFAULT;
        return new ServerConfig(base.host(), 0, "", base.idle(), base.headerTimeout(), base.maxHeaderBytes(),
                base.maxConnections(), base.maxConnectionsPerAddress(),
                new ServerConfig.HttpLimits(maxBodyBytes, 128 * 1024), base.drain());
    }

    /** A further principal's key. */
    String key(String tenant, String user, Role role) {
        return key(new ApiKeys(keys, InstantSource.system()), tenant, user, role);
    }

    /** Makes sure that the first tenant has a key of this id, which nobody uses. */
    void spareKey(String id) {
        TenantId tenant = new TenantId("acme");
        if (await(keys.list(tenant)).stream().noneMatch(key -> key.id().equals(id))) {
            await(keys.add(new ApiKey(id, tenant, "spare", Role.DEVELOPER, id, Instant.EPOCH)));
        }
    }

    private static String key(ApiKeys keys, String tenant, String user, Role role) {
        return await(keys.issue(new TenantId(tenant), user, role)).secret().reveal();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An answer; {@code json} is empty when the body is no object. */
    record Answer(int status, JsonObject json, HttpResponse<String> response) {
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }
    }

    Answer get(String key, String path, String... headers) {
        return send(request(key, path, headers).GET());
    }

    Answer delete(String key, String path) {
        return send(request(key, path).DELETE());
    }

    Answer send(String method, String key, String path, String body, String... headers) {
        var request = request(key, path, headers).method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length == 0) {
            request.header("Content-Type", "application/json");
        }
        return send(request);
    }

    HttpRequest.Builder request(String key, String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return headers.length == 0 ? request : request.headers(headers);
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json")
                    && response.body().startsWith("{");
            return new Answer(response.statusCode(), json ? new JsonObject(response.body()) : new JsonObject(),
                    response);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Bytes as they are. */
    Socket raw(String bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    @Override
    public void close() {
        client.close();
        await(vertx.close());
    }

    /** Nobody executes anything here. */
    private static final class Unheard implements Hints {
        @Override
        public void queued() {}

        @Override
        public void ended() {}

        @Override
        public void cancelled(RunId run) {}
    }

    /** Signs; what would store or read a package is tested with a real one. */
    private static final class NoPackages implements PackageStore {
        @Override
        public String uploadUrl(String uploadId, long maxBytes, Duration validity) {
            return "http://127.0.0.1:1/" + uploadId;
        }

        @Override
        public String downloadUrl(String digest, Duration validity) {
            return "http://127.0.0.1:1/" + digest;
        }

        @Override
        public Future<Received> receive(String uploadId, ReadStream<Buffer> bytes, long maxBytes) {
            return none();
        }

        @Override
        public Future<Path> open(String uploadId, String digest) {
            return none();
        }

        @Override
        public Future<String> keep(Path file) {
            return none();
        }

        @Override
        public Future<Path> fetch(String digest) {
            return none();
        }

        @Override
        public Future<Void> discard(String uploadId, String digest) {
            return none();
        }

        @Override
        public Future<Void> discard(String uploadId) {
            return none();
        }

        @Override
        public Future<List<String>> received(int limit) {
            return none();
        }

        private static <T> Future<T> none() {
            return Future.failedFuture(new ProblemException(new Problem.NotFound("package", "")));
        }
    }

    /** Takes {@code sig=good} for a signature; has no package. */
    private static final class NothingStored implements LocalPackages {
        @Override
        public boolean isSigned(String method, String uri) {
            return uri.endsWith("?sig=good");
        }

        @Override
        public Future<Path> fetch(String digest) {
            return Future.failedFuture(new ProblemException(new Problem.NotFound("package", digest)));
        }
    }
}
