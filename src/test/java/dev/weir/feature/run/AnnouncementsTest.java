package dev.weir.feature.run;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Schedule;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Schedule.State;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.webhook.DeliveryStore.Room;
import dev.weir.feature.webhook.Delivery;
import dev.weir.feature.webhook.DeliveryStore.Leased;
import dev.weir.feature.webhook.Webhooks;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Api;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryDeliveryStore;
import dev.weir.fixture.MemoryRunStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Post;
import dev.weir.fixture.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    private static final RunId ID = new RunId("run_1");

    private final HandClock clock = new HandClock();
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    private final MemoryRunStore runs = new MemoryRunStore(clock);
    private final MemoryDeliveryStore deliveries = new MemoryDeliveryStore(10);
    private final AtomicInteger hints = new AtomicInteger();
    private final Announcements announcements = new Announcements(catalog,
            new Webhooks(deliveries, new Post(), hints::incrementAndGet, clock));

    @Test
    void aRunThatIsOverIsAnnouncedOnceWithWhatThereIsToKnow() {
        subscribe();
        Run run = over(succeeded("{\"ok\":true,\"n\":1.50}"));
        Answers.of(announcements.announce(run));
        clock.advance(Duration.ofSeconds(9));
        Answers.of(announcements.announce(run));

        Delivery made = only();
        assertThat(made.id()).isEqualTo("msg_run_1");
        assertThat(made.run()).contains(ID);
        assertThat(made.endpoint().secret()).isEqualTo("hook");
        assertThat(hints).hasValue(2);
        JsonNode body = Api.json(made.body().toString());
        assertThat(body.path("type").asText()).isEqualTo("run.succeeded");
        assertThat(made.body().toString()).contains("\"output\":{\"ok\":true,\"n\":1.50}");
        JsonNode data = body.path("data");
        assertThat(data.path("run_id").asText()).isEqualTo("run_1");
        assertThat(data.path("skill").asText()).isEqualTo("hello");
        assertThat(data.path("stage").asText()).isEqualTo("prod");
        assertThat(data.path("version").asText()).isEqualTo("1.0.0");
        assertThat(data.path("source").asText()).isEqualTo("api");
        assertThat(data.path("status").asText()).isEqualTo("succeeded");
        assertThat(data.path("attempt").asInt()).isEqualTo(1);
        assertThat(data.path("billable_ms").asLong()).isEqualTo(1234);
        assertThat(data.path("error").isNull()).isTrue();
        assertThat(List.of("created_at", "started_at", "finished_at"))
                .allSatisfy(field -> assertThat(Instant.parse(data.path(field).asText())).isNotNull());
        assertThat(data.has("input")).isFalse();
        assertThat(data.has("output_omitted")).isFalse();
    }

    @Test
    void anOutputThatIsTooLargeIsLeftOut() {
        subscribe();
        Answers.of(announcements.announce(over(succeeded("\"" + "\u00e9".repeat(33_000) + "\""))));
        JsonNode data = Api.json(only().body().toString()).path("data");
        assertThat(data.path("output").isNull()).isTrue();
        assertThat(data.path("output_omitted").asBoolean()).isTrue();
    }

    @Test
    void aFailureSaysWhy() {
        subscribe();
        Answers.of(announcements.announce(over(Samples.failed(clock.instant()))));
        JsonNode body = Api.json(only().body().toString());
        assertThat(body.path("type").asText()).isEqualTo("run.failed");
        assertThat(body.path("data").path("error").path("kind").asText()).isEqualTo("handler_error");
        assertThat(body.path("data").path("output").isNull()).isTrue();
    }

    @Test
    void aStageThatWasMadeAnewIsToldNothingOfTheRunsBefore() {
        subscribe();
        Run run = over(succeeded("1"));
        Answers.of(catalog.delete(STAGE));
        clock.advance(Duration.ofMillis(1));
        Samples.stage(catalog, STAGE, clock.instant());
        subscribe();
        Answers.of(announcements.announce(run));
        assertThat(all()).isEmpty();
    }

    @Test
    void nobodyIsToldWhoDidNotAskOrIsGone() {
        Run run = over(succeeded("1"));
        Answers.of(announcements.announce(run));
        Samples.stage(catalog, STAGE, clock.instant());
        Answers.of(announcements.announce(run));
        subscribe();
        Outcome cancelled = new Outcome(RunStatus.CANCELLED, Optional.empty(), Optional.empty(), new EventId(1, 2),
                clock.instant(), Duration.ZERO);
        Answers.of(announcements.announce(new Run(run.id(), run.order(), RunStatus.CANCELLED, 1, run.claim(),
                Optional.empty(), run.startedAt(), List.of(), Optional.of(cancelled))));
        assertThat(all()).isEmpty();
        assertThat(hints).hasValue(0);
    }

    @Test
    void aPauseIsToldOncePerPauseToWhoeverIsToldOfTheStage() {
        Schedule schedule = new Schedule(STAGE, new Plan("0 * * * *", "UTC", "{\"secret\":1}", false), state());
        Answers.of(announcements.paused(schedule, "5 runs in a row failed"));
        assertThat(all()).as("no webhook").isEmpty();
        subscribe();
        Answers.of(announcements.paused(schedule, "5 runs in a row failed"));
        Answers.of(announcements.paused(schedule, "5 runs in a row failed"));
        Delivery made = only();
        assertThat(made.type()).isEqualTo("schedule.paused");
        assertThat(made.id()).matches("msg_paused_[0-9a-f]{32}");
        assertThat(made.body().toString()).contains("\"reason\":\"5 runs in a row failed\"").doesNotContain("secret");
        clock.advance(Duration.ofHours(1));
        Answers.of(announcements.paused(new Schedule(STAGE, schedule.plan(), state()), "again"));
        assertThat(all()).hasSize(1);
    }

    private State state() {
        return new State(7, clock.instant(), clock.instant(), List.of(), 5, Optional.empty(), Optional.empty(),
                Optional.empty());
    }

    private void subscribe() {
        Samples.stage(catalog, STAGE, clock.instant());
        Answers.of(catalog.put(new Stage(STAGE, Samples.automated(), Optional.empty(), clock.instant(),
                clock.instant())));
    }

    private Outcome succeeded(String output) {
        return new Outcome(RunStatus.SUCCEEDED, Optional.of(output), Optional.empty(), new EventId(1, 7),
                clock.instant(), Duration.ofMillis(1234));
    }

    private Run over(Outcome outcome) {
        Answers.of(runs.create(ID, Samples.order(STAGE, clock.instant()), Optional.empty()));
        Run claimed = Answers.of(runs.claim(ID, clock.instant(), clock.instant().plusSeconds(9))).orElseThrow();
        Answers.of(runs.finish(ID, claimed.claim().fence(), outcome));
        return Answers.of(runs.find(ID)).orElseThrow();
    }

    private Delivery only() {
        List<Delivery> all = all();
        assertThat(all).hasSize(1);
        assertThat(all.getFirst().endpoint().stage().tenant()).isEqualTo(TENANT);
        return all.getFirst();
    }

    /** Those that nobody has taken yet. */
    private List<Delivery> all() {
        return Answers.of(deliveries.lease(new Room(10, 10, 10), clock.instant(), clock.instant().plusSeconds(99_999)))
                .stream()
                .map(Leased::delivery).toList();
    }
}
