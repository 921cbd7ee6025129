package dev.weir.app;

import dev.weir.config.AgentCoreConfig;
import dev.weir.config.QueueConfig;
import dev.weir.config.WebhooksConfig;
import dev.weir.config.WeirConfig;
import dev.weir.edge.http.LocalPackages;
import dev.weir.emulator.Emulator;
import dev.weir.emulator.process.EmulatorState;
import dev.weir.feature.access.Tickets;
import dev.weir.feature.webhook.SecretNames;
import dev.weir.platform.agentcore.AgentCoreRuntime;
import dev.weir.platform.agentcore.CredentialsCache;
import dev.weir.platform.embedded.FilePackageStore;
import dev.weir.platform.embedded.KeyFile;
import dev.weir.platform.embedded.SqliteApiKeyStore;
import dev.weir.platform.embedded.SqliteDatabase;
import dev.weir.platform.embedded.SqliteDeliveryStore;
import dev.weir.platform.embedded.SqliteDispatchAudits;
import dev.weir.platform.embedded.SqliteGrantStore;
import dev.weir.platform.embedded.SqliteLedger;
import dev.weir.platform.embedded.SqliteRunLog;
import dev.weir.platform.embedded.SqliteRunQueue;
import dev.weir.platform.embedded.SqliteRunStore;
import dev.weir.platform.embedded.SqliteSandboxStore;
import dev.weir.platform.embedded.SqliteScheduleStore;
import dev.weir.platform.embedded.SqliteSecretStore;
import dev.weir.platform.embedded.SqliteSkillCatalog;
import dev.weir.platform.embedded.SqliteUploadStore;
import dev.weir.platform.http.GuardedCourier;
import dev.weir.platform.http.VertxSdkHttpClient;
import dev.weir.wire.signedurl.SignedUrls;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A whole installation on one machine: SQLite and files in the data directory, and the AgentCore emulator beside this process. This is one
 * of the two files in which modes differ.
 */
final class EmbeddedMode {
    private static final Duration KEEP_EVERY = Duration.ofSeconds(15);

    private final Vertx vertx;
    private final WeirConfig config;
    private final Path dir;
    private final InstantSource clock;

    EmbeddedMode(Vertx vertx, WeirConfig config, InstantSource clock) {
        this.vertx = vertx;
        this.config = config;
        this.dir = Path.of(config.data()).toAbsolutePath().normalize();
        this.clock = clock;
    }

    /**
     * Opens everything. Blocks.
     *
     * @param baseUrl where microVMs and clients reach this gateway; asked only once it listens
     */
    Opened open(Supplier<String> baseUrl) throws IOException, InterruptedException {
        SqliteDatabase database = SqliteDatabase.open(dir);
        LocalEmulator emulator = new LocalEmulator(dir,
                LocalInterpreters.known(config.emulator(), config.agentcore().interpreter()), config.log());
        EmulatorState state = emulator.start();
        long keeper = vertx.setPeriodic(KEEP_EVERY.toMillis(), _ -> Thread.ofVirtual().start(emulator::keep));

        SqliteRunStore runs = new SqliteRunStore(database, clock);
        SqliteRunQueue queue = queue(database);
        // The directory is ours alone, so whoever held a lease is dead: go on with those runs now, not when the leases lapse.
        runs.releaseAll().await();
        queue.releaseAll().await();
        SqliteUploadStore uploads = new SqliteUploadStore(database);
        uploads.releaseAll().await();

        SignedUrls urls = new SignedUrls(KeyFile.loadOrCreate(dir.resolve("url.key"), SignedUrls.KEY_BYTES));
        FilePackageStore packages = new FilePackageStore(dir.resolve("packages"), urls, baseUrl, clock, vertx);
        VertxSdkHttpClient http = new VertxSdkHttpClient(vertx, VertxSdkHttpClient.Settings.DEFAULT);
        AgentCoreRuntime runtime = new AgentCoreRuntime(vertx, agentcore(state),
                CredentialsCache.fixed(state.credentials().accessKeyId(), state.credentials().secretAccessKey()), http);
        runtime.start().await();

        LocalAgents agents = new LocalAgents(vertx, config.agentcore(), state, http);
        LocalInterpreters interpreters = new LocalInterpreters(vertx, agentcore(state), state);
        Platform platform = new Platform(runs, queue, new SqliteRunLog(database), new SqliteSkillCatalog(database),
                credentials(database), packages(uploads, packages), automation(database),
                new Platform.AgentCore(runtime, agents, interpreters.interpreters(),
                        new SqliteSandboxStore(database), new SqliteDispatchAudits(database, clock)),
                Optional.of(localPackages(urls, packages)), () -> {
                    vertx.cancelTimer(keeper);
                    emulator.unwatch();
                    agents.close();
                    interpreters.close();
                    close(runs, runtime, emulator, database, http);
                });
        return new Opened(platform, state, new StoreMeters(database));
    }

    private SqliteRunQueue queue(SqliteDatabase database) {
        QueueConfig queue = config.runs().queue();
        return new SqliteRunQueue(database,
                new SqliteRunQueue.Bounds(queue.maxRuns(), queue.maxRunsPerTenant(), queue.maxReceives()));
    }

    private Platform.Automation automation(SqliteDatabase database) {
        WebhooksConfig webhooks = config.skills().webhooks();
        return new Platform.Automation(new SqliteLedger(database), new SqliteScheduleStore(database),
                new SqliteDeliveryStore(database, webhooks.maxWaiting()),
                new GuardedCourier(vertx, new GuardedCourier.Settings(webhooks.timeout(), webhooks.allowLoopback(),
                        webhooks.blocked()), clock),
                new SecretNames("aws", config.agentcore().region(), Emulator.ACCOUNT, "local"));
    }

    private Platform.Packages packages(SqliteUploadStore uploads, FilePackageStore store) {
        Path scratch = dir.resolve("scratch");
        return new Platform.Packages(uploads, store, LocalValidator.of(config.skills(), scratch), scratch);
    }

    private Platform.Credentials credentials(SqliteDatabase database) {
        return new Platform.Credentials(new SqliteApiKeyStore(database), new SqliteGrantStore(database),
                SqliteSecretStore.open(database, dir),
                new Tickets(KeyFile.loadOrCreate(dir.resolve("ticket.key"), 32), clock));
    }

    /** What was opened, where the emulator is, and what the store tells of itself. */
    record Opened(Platform platform, EmulatorState emulator, MeterBinder meters) {}

    private void close(SqliteRunStore runs, AgentCoreRuntime runtime, LocalEmulator emulator, SqliteDatabase database,
            VertxSdkHttpClient http) {
        // A run that goes on at the next start still needs its microVM.
        boolean unfinished = runs.hasUnfinished().await();
        runtime.stop().await();
        http.close();
        if (!unfinished) {
            emulator.stop();
        }
        database.close().await();
    }

    private AgentCoreConfig agentcore(EmulatorState state) {
        AgentCoreConfig settings = config.agentcore();
        String arn = "arn:aws:bedrock-agentcore:" + state.region() + ":" + Emulator.ACCOUNT + ":runtime/skills";
        return new AgentCoreConfig(state.endpoint(), state.region(), arn, "DEFAULT", settings.connectTimeout(),
                settings.ping(),
                settings.deadAfter(), settings.maxConnectionAge(), settings.interpreter());
    }

    private LocalPackages localPackages(SignedUrls urls, FilePackageStore packages) {
        return new LocalPackages() {
            @Override
            public boolean isSigned(String method, String uri) {
                Instant now = clock.instant();
                return SignedRequests.verify(urls, method, uri, now);
            }

            @Override
            public Future<Path> fetch(String digest) {
                return packages.fetch(digest);
            }
        };
    }
}
