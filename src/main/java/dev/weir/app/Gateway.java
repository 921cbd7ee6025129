package dev.weir.app;

import dev.weir.config.RunsConfig;
import dev.weir.config.WeirConfig;
import dev.weir.edge.http.AdminServer;
import dev.weir.edge.http.ApiRouter;
import dev.weir.edge.http.ApiServer;
import dev.weir.edge.http.Features;
import dev.weir.edge.http.ProblemMapper;
import dev.weir.edge.http.SocketCancel;
import dev.weir.edge.stream.ClientSockets;
import dev.weir.edge.stream.ConnectionCaps;
import dev.weir.edge.stream.RunStreams;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.ApiKeys;
import dev.weir.feature.access.Grants;
import dev.weir.feature.agent.Agents;
import dev.weir.feature.agent.Backoff;
import dev.weir.feature.quota.Quotas;
import dev.weir.feature.run.Aftermath;
import dev.weir.feature.run.Checks;
import dev.weir.feature.run.DeadLetters;
import dev.weir.feature.run.RecordEvents;
import dev.weir.feature.run.RunExecutor;
import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.Strays;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Feeds;
import dev.weir.feature.run.feed.RunState;
import dev.weir.feature.secret.Secrets;
import dev.weir.feature.skill.Deployments;
import dev.weir.feature.skill.InputCheck;
import dev.weir.feature.skill.Skills;
import dev.weir.feature.skill.StageRules;
import dev.weir.feature.skill.Tools;
import dev.weir.feature.skill.Uploads;
import dev.weir.feature.skill.Validations;
import dev.weir.kernel.Offload;
import dev.weir.observe.Health;
import dev.weir.observe.Meters;
import dev.weir.worker.EnqueueVerticle;
import dev.weir.worker.QuotaVerticle;
import dev.weir.worker.RunHints;
import dev.weir.worker.RunnerVerticle;
import dev.weir.worker.ValidatorVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One gateway: the object graph over a platform, started in order and stopped in the reverse one. Blocking; used by one thread at a time. */
final class Gateway {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration FEED_SWEEP = Duration.ofMillis(250);
    private static final Duration TEND_EVERY = Duration.ofSeconds(5);
    private static final Duration UPLOAD_POLL = Duration.ofSeconds(5);
    /** A stop waits so long for judgements under way. */
    private static final Duration JUDGING_PATIENCE = Duration.ofSeconds(10);
    /** More than a judgement takes beside what its two helpers may: our own work. */
    private static final Duration JUDGING = Duration.ofMinutes(5);
    private static final Duration CURSOR_PATIENCE = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final WeirConfig config;
    private final Platform platform;
    private final Health health;
    private final PrometheusMeterRegistry registry;
    private final InstantSource clock = InstantSource.system();
    private final Offload offload = new Offload(task -> Thread.ofVirtual().start(task));
    private final RunHints hints;
    private final Quotas quotas;
    private final Features features;
    private final RunExecutor executor;
    private final AutomationWiring automation;
    private final AgentDesk desk;
    private final InterpreterWiring interpreting;
    /** Those that must let go of their work before streams are told to go elsewhere. */
    private final Workers executing;
    private final Workers tending;
    private RunStreams streams;
    private ClientSockets sockets;
    private AdminServer admin;

    Gateway(Vertx vertx, WeirConfig config, Platform platform, Health health, PrometheusMeterRegistry registry) {
        this.vertx = vertx;
        this.config = config;
        this.platform = platform;
        this.health = health;
        this.registry = registry;
        this.executing = new Workers(vertx);
        this.tending = new Workers(vertx);
        this.hints = new RunHints(vertx.eventBus());
        this.quotas = new Quotas(platform.automation().ledger(),
                new ConfiguredLimits(config.runs().quota(), platform.catalog()), clock, config.runs().quota().lease());
        Platform.Credentials credentials = platform.credentials();
        Access access = new Access(credentials.keys(), credentials.grants(), credentials.tickets());
        Feeds feeds = new Feeds(platform.log(), this::state, clock,
                new Feeds.Limits(config.streams().tailEvents(), config.streams().tailBytes(), CURSOR_PATIENCE));
        Uploads uploads = new Uploads(platform.packages().uploads(), platform.packages().store(),
                () -> vertx.eventBus().publish(ValidatorVerticle.ARRIVED, ""),
                new Uploads.Limits(config.server().limits().maxPackageBytes(), config.skills().uploadValidity()),
                clock);
        Deployments deployments = new Deployments(platform.catalog(), platform.packages().uploads(), offload, clock);
        InputCheck inputs = new InputCheck(offload);
        Runs runs = new Runs(platform.catalog(), access, ports(), inputs, hints, clock);
        this.automation = new AutomationWiring(vertx, config.skills(), platform, runs, new Meters(registry));
        Skills skills = new Skills(platform.catalog(), stageRules(inputs), automation.ticker(), automation.webhooks(),
                offload, clock);
        Features.Rights rights = new Features.Rights(new Grants(credentials.grants(), clock),
                new Secrets(credentials.secrets(), skills::secretHolders, clock),
                new Tools(platform.catalog(), access),
                new Checks(platform.catalog(), access, credentials.secrets(), inputs, quotas), quotas);
        this.interpreting = new InterpreterWiring(config.agentcore().interpreter(), platform, runs, offload, clock,
                registry);
        this.desk = new AgentDesk(vertx, config.agents(), platform.agentcore().shells(), registry);
        this.features = new Features(access, new ApiKeys(credentials.keys(), clock), credentials.tickets(), skills,
                new Features.Packages(uploads, deployments), runs, feeds, rights, automation.features(),
                new Features.Talk(new Agents(config.agents()), desk, interpreting.features()));
        this.executor = executor(feeds);
        vertx.setPeriodic(FEED_SWEEP.toMillis(), _ -> feeds.sweep());
    }

    private StageRules stageRules(InputCheck inputs) {
        return new StageRules(platform.catalog(), platform.credentials().secrets(), inputs,
                platform.automation().courier(), platform.automation().secretNames(), clock);
    }

    Features features() {
        return features;
    }

    /** Opens the ports and starts work; the port of the API. */
    int start() {
        health.down("gateway", "starting");
        admin = new AdminServer(vertx, config.admin(), registry, health::readiness);
        admin.start().await();
        streams = new RunStreams(features.feeds()::subscribe,
                new SocketCancel(features.access(), features.runs()), config.streams(), config.server().idle(),
                registry);
        sockets = new ClientSockets(config.streams(), ProblemMapper::closeCode, registry);
        ApiRouter router = new ApiRouter(features, streams, sockets, platform.localPackages(), config.server().limits(),
                new Meters(registry));
        Promise<Integer> port = Promise.promise();
        ConnectionCaps caps = new ConnectionCaps(config.server());
        int instances = Runtime.getRuntime().availableProcessors();
        vertx.deployVerticle(() -> new ApiServer(config.server(), router, caps, port),
                new DeploymentOptions().setInstances(instances)).await();
        return port.future().await();
    }

    /**
     * Begins to execute runs, to judge uploads, to start what is scheduled and to tell whoever wants to know; microVMs must be able to reach
     * the API by now.
     */
    void work() {
        RunsConfig runs = config.runs();
        Meters meters = new Meters(registry);
        Aftermath aftermath = new Aftermath(platform.runs(), quotas, automation::announce,
                status -> meters.runEnded(status.wireName()));
        while (aftermath.sweep().await() == Aftermath.MOST) { // what ended before a crash counts before anything is admitted
            LOG.info("doing what follows the end of many runs");
        }
        tending.start(validator());
        tending.start(new QuotaVerticle(aftermath, quotas, TEND_EVERY));
        DeadLetters deadLetters = new DeadLetters(ports(), interpreting::runtime, clock, runs.lease());
        tending.start(new EnqueueVerticle(new Strays(platform.runs(), platform.queue(), clock, runs.lease()),
                deadLetters, hints, meters, runs.lease()));
        hints.onCancelled(executor::cancelHint);
        tending.start(automation.dispatcher());
        tending.start(interpreting.tending());
        executing.start(runner(Line.LONG, runs.maxConcurrentLong()));
        executing.start(runner(Line.SHORT, runs.maxConcurrent()));
        executing.start(automation.scheduler());
        health.up("gateway");
    }

    private RunnerVerticle runner(Line line, int places) {
        RunsConfig runs = config.runs();
        return new RunnerVerticle(executor, platform.queue(),
                new RunnerVerticle.Settings(line, places, runs.lease(), runs.poll(), config.server().drain()),
                clock);
    }

    private Runs.Ports ports() {
        return new Runs.Ports(platform.runs(), platform.queue(), platform.log());
    }

    private ValidatorVerticle validator() {
        Platform.Packages packages = platform.packages();
        Duration turn = LocalValidator.patience(config.skills()).multipliedBy(2).plus(JUDGING);
        try {
            return new ValidatorVerticle(new Validations(
                    new Validations.Stores(packages.uploads(), platform.catalog(), packages.store()),
                    packages.validator(), packages.scratch(), turn, clock),
                    new ValidatorVerticle.Settings(config.skills().validators(), UPLOAD_POLL, JUDGING_PATIENCE));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot use the scratch directory " + packages.scratch(), failure);
        }
    }

    int adminPort() {
        return admin.port();
    }

    /** Not ready, streams closed so that their readers resume elsewhere, runs let go, then everything else. Idempotent. */
    void stop() {
        health.down("gateway", "stopping");
        executing.stop();
        interpreting.stop();
        if (streams != null) {
            Future<Void> talks = sockets.drain(config.server().drain());
            attempt("drain streams", streams.drain(config.server().drain()));
            attempt("drain conversations", talks);
            desk.stop();
        }
        tending.stop();
        if (admin != null) {
            attempt("close the admin port", admin.stop());
        }
        try {
            platform.close().run();
        } catch (Exception failure) {
            LOG.error("could not close the platform", failure);
        }
    }

    private static void attempt(String what, Future<?> step) {
        try {
            step.await();
        } catch (Exception failure) {
            LOG.error("could not {}", what, failure);
        }
    }

    private RunExecutor executor(Feeds feeds) {
        RunsConfig runs = config.runs();
        return new RunExecutor(
                new RunExecutor.Surroundings(platform.runs(), platform.log(), feeds, interpreting::runtime,
                        new Backoff(() -> ThreadLocalRandom.current().nextLong()), clock),
                new RunExecutor.Code(platform.catalog(), platform.packages().store(), platform.credentials().secrets()),
                platform.queue(), quotas, hints,
                new RunExecutor.Settings(runs.lease(), runs.cancelGrace(), runs.startTimeout(), runs.lostAfter(),
                        config.agentcore().maxConnectionAge(), runs.maxLogBytes()));
    }

    private Future<RunState> state(RunId id) {
        return platform.runs().find(id).map(found -> new RunState(
                found.flatMap(run -> run.outcome().map(outcome -> RecordEvents.of(id, outcome)))));
    }
}
