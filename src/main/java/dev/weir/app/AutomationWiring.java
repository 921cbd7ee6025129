package dev.weir.app;

import dev.weir.config.SkillsConfig;
import dev.weir.config.WebhooksConfig;
import dev.weir.edge.http.Features;
import dev.weir.feature.run.Announcements;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.ScheduleDesk;
import dev.weir.feature.run.ScheduledRuns;
import dev.weir.feature.run.StageSubscriptions;
import dev.weir.feature.run.TenantSigningKeys;
import dev.weir.feature.run.WebhookDesk;
import dev.weir.feature.schedule.Ticker;
import dev.weir.feature.skill.ScheduleSweep;
import dev.weir.feature.webhook.Delivery;
import dev.weir.feature.webhook.Dispatcher;
import dev.weir.feature.webhook.RetryRules;
import dev.weir.feature.webhook.Webhooks;
import dev.weir.observe.Meters;
import dev.weir.worker.SchedulerVerticle;
import dev.weir.worker.WebhookVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** The part of the object graph that acts without being asked: schedules start runs, webhooks tell how runs end. */
final class AutomationWiring {
    /** Schedules in one tick, and how often there is one. */
    private static final int BATCH = 100;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration SCHEDULE_SWEEP = Duration.ofMinutes(5);

    private static final Duration DELIVERY_POLL = Duration.ofSeconds(1);
    private static final Duration DELIVERY_SWEEP = Duration.ofMinutes(10);
    /** For the subscription, and for keys. */
    private static final Duration LOOK_UP = Duration.ofSeconds(10);
    /** Beyond the courier's time-out: both look-ups, and writing down what came of it. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(30);
    /** A stop waits so long for letters under way; those that it gives up are sent again. */
    private static final Duration LETTER_PATIENCE = Duration.ofSeconds(5);

    private final WebhooksConfig settings;
    private final Platform platform;
    private final InstantSource clock = InstantSource.system();
    private final Webhooks webhooks;
    private final Announcements announcements;
    private final Ticker ticker;
    private final Features.Automation features;
    private final Meters meters;

    AutomationWiring(Vertx vertx, SkillsConfig config, Platform platform, Runs runs, Meters meters) {
        this.settings = config.webhooks();
        this.platform = platform;
        this.meters = meters;
        Platform.Automation ports = platform.automation();
        this.webhooks = new Webhooks(ports.deliveries(), ports.courier(),
                () -> vertx.eventBus().publish(WebhookVerticle.DUE, ""), clock);
        this.announcements = new Announcements(platform.catalog(), webhooks);
        this.ticker = new Ticker(ports.schedules(), new ScheduledRuns(runs, platform.runs(), platform.catalog()),
                announcements,
                new Ticker.Settings(config.schedules().catchUp(), config.schedules().pauseAfter(), BATCH),
                clock);
        this.features = new Features.Automation(
                new ScheduleDesk(platform.catalog(), ports.schedules(), ticker, runs, clock),
                new WebhookDesk(platform.catalog(), runs, webhooks));
    }

    Features.Automation features() {
        return features;
    }

    /** Told of plans when stages are saved. */
    Ticker ticker() {
        return ticker;
    }

    /** Asked about addresses when stages are saved. */
    Webhooks webhooks() {
        return webhooks;
    }

    /** Told of every run that is over; more than once is fine. */
    Future<Void> announce(Run run) {
        return announcements.announce(run);
    }

    SchedulerVerticle scheduler() {
        return new SchedulerVerticle(ticker,
                new ScheduleSweep(platform.catalog(), platform.automation().schedules(), ticker),
                new SchedulerVerticle.Settings(TICK, SCHEDULE_SWEEP, BATCH), meters);
    }

    WebhookVerticle dispatcher() {
        Platform.Automation ports = platform.automation();
        TenantSigningKeys keys = new TenantSigningKeys(ports.secretNames(), platform.credentials().secrets());
        Dispatcher dispatcher = new Dispatcher(
                new Dispatcher.Ports(ports.deliveries(), ports.courier(), keys,
                        new StageSubscriptions(platform.catalog()), this::count),
                new RetryRules(RandomGenerator.getDefault()),
                new Dispatcher.Settings(settings.maxConcurrent(), settings.maxConcurrentPerEndpoint(), LOOK_UP,
                        settings.timeout().plus(LEASE_MARGIN)),
                clock);
        return new WebhookVerticle(dispatcher, ports.deliveries(), new WebhookVerticle.Settings(DELIVERY_POLL,
                DELIVERY_SWEEP, settings.keep(), LETTER_PATIENCE), clock);
    }

    private void count(Delivery.State state) {
        meters.delivery(switch (state) {
            case PENDING -> "retried";
            case DELIVERED -> "delivered";
            case FAILED -> "failed";
            case REJECTED -> "rejected";
        });
    }
}
