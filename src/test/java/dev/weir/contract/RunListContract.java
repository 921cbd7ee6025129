package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.RunStore.RunFilter;
import dev.weir.feature.run.RunStore.Unattended;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Page;
import dev.weir.kernel.Problem;
import dev.weir.kernel.TenantId;
import dev.weir.kernel.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link RunStore} does with many runs: pages, filters, what waits to be executed. */
public interface RunListContract {
    /** An empty store, the same one throughout a test, that reads {@link #clock}. */
    RunStore runs();

    HandClock clock();

    @Test
    default void pagesHoldEveryRunOnceNewestFirst() {
        List<RunId> made = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            made.addFirst(queued(TENANT, "hello", "prod"));
            clock().advance(Duration.ofMillis(1));
        }
        queued(OTHER_TENANT, "hello", "prod");

        assertThat(ids(RunFilter.ALL, 5)).containsExactlyElementsOf(made);
        assertThat(ids(RunFilter.ALL, 4)).containsExactlyElementsOf(made);
        assertThat(ids(RunFilter.ALL, 100)).containsExactlyElementsOf(made);
    }

    @Test
    default void runsOfOneInstantArePagedByTheirIds() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(queued(TENANT, "hello", "prod").value());
        }
        assertThat(ids(RunFilter.ALL, 2)).map(RunId::value).containsExactlyInAnyOrderElementsOf(made)
                .isSortedAccordingTo(
                        (a, b) -> b.compareTo(a));
    }

    @Test
    default void aPageStaysWhereItWasWhenRunsAreAdded() {
        RunId oldest = queued(TENANT, "hello", "prod");
        clock().advance(Duration.ofSeconds(1));
        RunId older = queued(TENANT, "hello", "prod");
        Page<Run> first = page(RunFilter.ALL, Optional.empty(), 1);
        assertThat(first.items()).map(Run::id).containsExactly(older);

        clock().advance(Duration.ofSeconds(1));
        queued(TENANT, "hello", "prod");
        assertThat(page(RunFilter.ALL, first.next(), 5).items()).map(Run::id).containsExactly(oldest);
    }

    @Test
    default void filtersNarrowTogetherAndAlone() {
        Instant start = clock().instant();
        RunId first = queued(TENANT, "hello", "prod");
        clock().advance(Duration.ofSeconds(1));
        RunId second = queued(TENANT, "hello", "dev");
        clock().advance(Duration.ofSeconds(1));
        RunId third = queued(TENANT, "other", "prod");
        Answers.of(runs().claim(third, clock().instant(), clock().instant()));

        assertThat(ids(filter("hello", null, null), 1)).containsExactly(second, first);
        assertThat(ids(filter(null, "prod", null), 1)).containsExactly(third, first);
        assertThat(ids(filter("hello", "prod", RunStatus.QUEUED), 5)).containsExactly(first);
        assertThat(ids(filter(null, null, RunStatus.RUNNING), 5)).containsExactly(third);
        assertThat(ids(filter("other", null, RunStatus.QUEUED), 5)).isEmpty();
        assertThat(ids(between(start, start.plusSeconds(2)), 5)).containsExactly(second);
        assertThat(ids(between(start.minusMillis(1), start.plusSeconds(1)), 5)).containsExactly(first);
    }

    @Test
    default void aCursorThatIsNotOfThisListingIsRefused() {
        queued(TENANT, "hello", "prod");
        queued(TENANT, "hello", "prod");
        Optional<String> mine = page(RunFilter.ALL, Optional.empty(), 1).next();
        assertThat(mine).isPresent();

        for (String garbage : List.of("", "x", "%%%", "MTIz", "a".repeat(5000), mine.orElseThrow() + "A", "\u2603")) {
            assertThat(refusal(TENANT, garbage)).as(garbage).containsExactly("/cursor");
        }
        assertThat(refusal(OTHER_TENANT, mine.orElseThrow())).containsExactly("/cursor");
    }

    @Test
    default void unattendedAreOldQueuedAndLapsedRunningOnes() {
        Instant start = clock().instant();
        RunId waiting = queued(TENANT, "hello", "prod");
        RunId lapsed = queued(TENANT, "hello", "prod");
        RunId held = queued(TENANT, "hello", "prod");
        RunId over = queued(OTHER_TENANT, "hello", "prod");
        Answers.of(runs().claim(lapsed, start, start.plusSeconds(5)));
        Answers.of(runs().claim(held, start, start.plusSeconds(60)));
        Answers.of(runs().finishQueued(over, Samples.throttled(start)));

        assertThat(unattended(RunStatus.QUEUED, start, Optional.empty(), 10)).isEmpty();
        assertThat(unattended(RunStatus.RUNNING, start, Optional.empty(), 10)).isEmpty();
        assertThat(unattended(RunStatus.QUEUED, start.plusSeconds(1), Optional.empty(), 10)).containsExactly(waiting);
        assertThat(unattended(RunStatus.RUNNING, start.plusSeconds(1), Optional.empty(), 10)).isEmpty();
        assertThat(unattended(RunStatus.QUEUED, start.plusSeconds(10), Optional.empty(), 10)).containsExactly(waiting);
        assertThat(unattended(RunStatus.RUNNING, start.plusSeconds(10), Optional.empty(), 10)).containsExactly(lapsed);
    }

    @Test
    default void whoeverLooksAtTheUnattendedGoesOnAfterTheLastOne() {
        for (RunStatus status : List.of(RunStatus.QUEUED, RunStatus.RUNNING)) {
            List<RunId> all = new ArrayList<>();
            for (int i = 0; i < 5; i++, clock().advance(Duration.ofMillis(1))) {
                all.add(queued(TENANT, "hello", "prod"));
                if (status == RunStatus.RUNNING) {
                    Answers.of(runs().claim(all.getLast(), clock().instant(), clock().instant()));
                }
            }
            Instant late = clock().instant().plusSeconds(1);
            assertThat(unattended(status, late, Optional.empty(), 2)).isEqualTo(all.subList(0, 2));
            assertThat(unattended(status, late, Optional.of(all.get(1)), 2)).isEqualTo(all.subList(2, 4));
            assertThat(unattended(status, late, Optional.of(all.get(3)), 2)).isEqualTo(all.subList(4, 5));
            assertThat(unattended(status, late, Optional.of(all.get(4)), 2)).isEmpty();
        }
    }

    private List<RunId> unattended(RunStatus status, Instant before, Optional<RunId> after, int limit) {
        return Answers.of(runs().unattended(status, before, after, limit)).stream().map(Unattended::run).toList();
    }

    @Test
    default void releasingAllLetsAnybodyClaimAtOnce() {
        Instant start = clock().instant();
        RunId held = queued(TENANT, "hello", "prod");
        queued(TENANT, "hello", "prod");
        Answers.of(runs().claim(held, start, start.plusSeconds(60)));

        assertThat(Answers.of(runs().releaseAll())).isEqualTo(1);

        Run claimed = Answers.of(runs().claim(held, start, start.plusSeconds(60))).orElseThrow();
        assertThat(claimed.claim().fence()).isEqualTo(2);
    }

    private RunId queued(TenantId tenant, String skill, String stage) {
        RunId id = RunId.create(clock().instant());
        StageRef ref = new StageRef(tenant, skill, stage);
        Answers.of(runs().create(id, Samples.order(ref, clock().instant()), Optional.empty()));
        return id;
    }

    private Page<Run> page(RunFilter filter, Optional<String> cursor, int limit) {
        return Answers.of(runs().list(TENANT, filter, cursor, limit));
    }

    /** Everything, page by page. */
    private List<RunId> ids(RunFilter filter, int limit) {
        List<RunId> ids = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page<Run> page = page(filter, cursor, limit);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            page.items().forEach(run -> ids.add(run.id()));
            cursor = page.next();
        } while (cursor.isPresent() && ids.size() < 1000);
        return ids;
    }

    private List<String> refusal(TenantId tenant, String cursor) {
        Problem problem = Answers.problemOf(runs().list(tenant, RunFilter.ALL, Optional.of(cursor), 5));
        return ((Problem.Invalid) problem).violations().stream().map(Violation::pointer).toList();
    }

    private static RunFilter filter(String skill, String stage, RunStatus status) {
        return new RunFilter(Optional.ofNullable(skill), Optional.ofNullable(stage), Optional.ofNullable(status),
                Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static RunFilter between(Instant after, Instant before) {
        return new RunFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(after),
                Optional.of(before), Optional.empty());
    }
}
