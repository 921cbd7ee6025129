package dev.weir.feature.run;

import static dev.weir.fixture.Samples.STAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.feature.run.RunStore.RunFilter;
import dev.weir.feature.run.Runs.Accepted;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.Stage;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryRunLog;
import dev.weir.fixture.MemoryRunQueue;
import dev.weir.fixture.MemoryRunStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Samples;
import dev.weir.fixture.Workbench;
import dev.weir.kernel.Problem;
import io.vertx.core.Future;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client is told whose run the queue does not take, and what becomes of the run; and what its key stands for then. */
class RefusalsTest {
    private static final JsonNode INPUT = JsonNodeFactory.instance.objectNode().put("n", 1);

    private final HandClock clock = new HandClock();
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    private final MemoryRunStore store = new MemoryRunStore(clock);
    private final AtomicInteger tries = new AtomicInteger();
    private int room;

    @BeforeEach
    void deploy() {
        Samples.stage(catalog, STAGE, clock.instant());
        deploy("{}", "1.0.0", Optional.empty());
    }

    @Test
    void theRunIsFailedAndTheKeyIsFreeAgain() {
        Problem.Unavailable answer = refused(store, Optional.of("k1"));
        assertThat(run(answer).status()).isEqualTo(RunStatus.FAILED);
        room = 9;
        Accepted again = Answers.of(invoke(store, Optional.of("k1")));
        assertThat(again.replayed()).isFalse();
        assertThat(again.run().id().value()).isNotEqualTo(answer.runId());
        assertThat(Answers.of(invoke(store, Optional.of("k1"))).run().id()).isEqualTo(again.run().id());
    }

    @Test
    void ifTheRecordCannotBeChangedEitherTheClientIsToldTheRunAndItIsEndedSoonAfter() {
        Problem.Unavailable answer = refused(
                refusing(call -> tries.incrementAndGet() <= 2 ? full() : call.get()), Optional.empty());
        assertThat(answer.retryAfter()).isGreaterThan(Duration.ofSeconds(3));
        await().until(() -> run(answer).status() == RunStatus.FAILED);
        assertThat(tries).hasValue(3);
    }

    @Test
    void itIsNotTriedForEverAndTheKeyStandsForTheRunThatWaits() {
        RunStore broken = refusing(_ -> {
            tries.incrementAndGet();
            return full();
        });
        Problem.Unavailable answer = refused(broken, Optional.of("k1"));
        await().until(() -> tries.get() == 4);
        assertThat(run(answer).status()).isEqualTo(RunStatus.QUEUED);
        Accepted again = Answers.of(invoke(broken, Optional.of("k1")));
        assertThat(again.replayed()).isTrue();
        assertThat(again.run().id().value()).isEqualTo(answer.runId());
        assertThat(tries).hasValue(4);
    }

    @Test
    void aRunThatIsExecutedAllTheSameIsAccepted() {
        Accepted accepted = Answers.of(invoke(overtaken(run -> Answers.of(
                store.claim(run.id(), clock.instant(), clock.instant().plusSeconds(9)))), Optional.empty()));
        assertThat(accepted.run().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(refused(overtaken(run -> Answers.of(store.finishQueued(run.id(), Samples.failed(clock.instant())))),
                Optional.empty()).runId()).isNotEmpty();
    }

    @Test
    void aRepetitionIsAnsweredWithTheFirstRunWhateverTheSchemaSaysByNow() {
        room = 9;
        Accepted first = Answers.of(invoke(store, Optional.of("k1")));
        deploy("{\"required\":[\"more\"]}", "2.0.0", Optional.of("1.0.0"));
        assertThat(Answers.problemOf(invoke(store, Optional.empty()))).isInstanceOf(Problem.Invalid.class);
        assertThat(Answers.of(invoke(store, Optional.of("k1")))).isEqualTo(new Accepted(first.run(), true));
        assertThat(Answers.problemOf(runs(store).invoke(target(), JsonNodeFactory.instance.objectNode(),
                Optional.of("k1")))).isInstanceOf(Problem.Unprocessable.class);
    }

    @Test
    void aRunIsNeverOlderThanItsStage() {
        room = 9;
        Answers.of(catalog.delete(STAGE));
        Samples.stage(catalog, STAGE, clock.instant().plusSeconds(5));
        deploy("{}", "1.0.0", Optional.empty());
        Stage ahead = Answers.of(catalog.stage(STAGE)).orElseThrow();
        Run run = Answers.of(invoke(store, Optional.empty())).run();
        assertThat(run.order().isFor(ahead)).isTrue();
        assertThat(Samples.order(STAGE, clock.instant()).isFor(ahead)).as("of the one before").isFalse();
    }

    private Future<Accepted> invoke(RunStore to, Optional<String> key) {
        return runs(to).invoke(target(), INPUT, key);
    }

    private Problem.Unavailable refused(RunStore to, Optional<String> key) {
        Problem.Unavailable answer = (Problem.Unavailable) Answers.problemOf(invoke(to, key));
        assertThat(Answers.of(store.list(Samples.TENANT, RunFilter.ALL, Optional.empty(), 9)).items())
                .map(run -> run.id().value()).contains(answer.runId());
        return answer;
    }

    private Runs runs(RunStore to) {
        return Workbench.runs(catalog, new Runs.Ports(to, new MemoryRunQueue(room), new MemoryRunLog(store)), clock);
    }

    private Runs.Target target() {
        return Answers.of(runs(store).target(Workbench.owner(), STAGE.skill(), STAGE.stage()));
    }

    private Run run(Problem.Unavailable answer) {
        return Answers.of(store.find(new RunId(answer.runId()))).orElseThrow();
    }

    private void deploy(String schema, String version, Optional<String> follows) {
        Answers.of(catalog.deploy(new Deployment(STAGE, version, "up-" + version.replace('.', '-'), "cd".repeat(32),
                new PackageMetadata("", Optional.of(schema), Optional.empty(), "main:handler", List.of()), "ada",
                clock.instant()), follows));
    }

    private static Future<Boolean> full() {
        return Future.failedFuture(new IllegalStateException("the writer is full"));
    }

    /** The store, but its {@code refuse} answers as told; what it is told with refuses really, if asked to. */
    private RunStore refusing(Function<Supplier<Future<Boolean>>, Future<Boolean>> answer) {
        return wrapped(arguments -> answer.apply(
                () -> store.refuse((RunId) arguments[0], (Outcome) arguments[1])));
    }

    /** The store, with somebody who is always faster. */
    private RunStore overtaken(Consumer<Run> faster) {
        return wrapped(arguments -> {
            faster.accept(Answers.of(store.find((RunId) arguments[0])).orElseThrow());
            return store.refuse((RunId) arguments[0], (Outcome) arguments[1]);
        });
    }

    private RunStore wrapped(Function<Object[], Future<Boolean>> refuse) {
        return (RunStore) Proxy.newProxyInstance(RunStore.class.getClassLoader(), new Class<?>[]{RunStore.class},
                (_, method, arguments) -> {
                    try {
                        return method.getName().equals("refuse")
                                ? refuse.apply(arguments)
                                : method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
