package dev.weir.feature.interpreter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.interpreter.dispatch.DispatchOrder.Isolation;
import dev.weir.feature.interpreter.tool.Interpreter.Session;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dispatch does before it begins, and what it leaves in a session that is lent again. */
class DispatchLeavingsTest {
    private static final String ECHO = "def run(**args):\n    return args\n";

    @TempDir
    private static Path root;
    private static DispatchRig rig;

    @BeforeAll
    static void begin() {
        rig = new DispatchRig(root);
    }

    @AfterAll
    static void end() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    @BeforeEach
    void fresh() {
        rig.fresh();
    }

    private static boolean isThere() {
        return rig.interpreter.sessions.containsKey(rig.audited().session().orElseThrow());
    }

    private static ErrorKind kind(DispatchResult result) {
        assertThat(result.failure()).as(result.stderr().text()).isPresent();
        return result.failure().orElseThrow().kind();
    }

    @Test
    void filesAreInstalledBeforeTheRunBeginsAndNothingElse() {
        rig.pool.flushAll();
        AtomicInteger calls = new AtomicInteger(-1);
        rig.onBegin = () -> calls.set(rig.interpreter.calls.size());
        assertThat(rig.skill("echo", ECHO).run("echo", "{}").result()).contains("{}");
        assertThat(calls).hasValue(1);
        assertThat(rig.interpreter.calls.getFirst()).isInstanceOfSatisfying(ToolCall.WriteFiles.class,
                write -> assertThat(write.files()).allMatch(file -> file.path().startsWith("_skills/")));
    }

    @Test
    void aRunWhoseFilesAreNotTakenHasNotBegun() {
        rig.pool.flushAll();
        AtomicInteger begun = new AtomicInteger();
        rig.onBegin = begun::incrementAndGet;
        rig.interpreter.faults = _ -> Optional.of(new Problem.Unavailable("busy", Duration.ofSeconds(1), ""));
        assertThat(kind(rig.skill("echo", ECHO).run("echo", "{}"))).isEqualTo(ErrorKind.TRANSPORT);
        assertThat(begun).hasValue(0);
    }

    @Test
    void aSessionWhoseCodeEndsWhileItIsCancelledIsNotLentAgain() {
        rig.onOutput = () -> rig.cancelled.tryComplete();
        assertThat(kind(rig.skill("printing", "def run():\n    print('end')\n").run("printing", "{}")))
                .isEqualTo(ErrorKind.CANCELLED);
        assertThat(isThere()).isFalse();
    }

    @Test
    void aResultIsRemovedWhenItIsCancelledBetweenTheCodeAndTheReading() throws IOException {
        rig.skill("echo", ECHO).run("echo", "{}");
        AtomicInteger calls = new AtomicInteger();
        rig.unwanted = (Future<?>) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{Future.class},
                (_, method, arguments) -> method.getName().equals("isComplete")
                        ? calls.incrementAndGet() > 2 // before the task's file, before the code
                        : method.invoke(rig.cancelled.future(), arguments));
        assertThat(kind(rig.run("echo", "{}"))).isEqualTo(ErrorKind.CANCELLED);
        assertThat(isThere()).isTrue();
        assertThat(rig.interpreter.code()).hasSize(2);
        assertThat(rig.left()).isEmpty();
    }

    @Test
    void aRunApartThatDoesNotBeginSpoilsItsSession() {
        rig.isolation = Isolation.PROCESS;
        rig.onBegin = () -> {
            throw new CancellationException();
        };
        assertThat(kind(rig.skill("echo", ECHO).run("echo", "{}"))).isEqualTo(ErrorKind.CANCELLED);
        assertThat(isThere()).isFalse();
    }

    @Test
    void aDirectoryThatCannotBeRemovedSpoilsTheSessionAndNotTheResult() {
        rig.isolation = Isolation.PROCESS;
        rig.skill("clinging", """
                import os
                def run():
                    place = os.getcwd()
                    os.rename(place, place + 'x')
                    os.symlink(place + 'x', place)
                    return 1
                """);
        assertThat(rig.run("clinging", "{}").result()).contains("1");
        assertThat(isThere()).isFalse();
        assertThat(rig.skill("echo", ECHO).run("echo", "{}").result()).contains("{}");
        assertThat(isThere()).isTrue();
    }

    @Test
    void aSessionThatCannotBeLookedForIsNotDead() {
        rig.skill("echo", ECHO).run("echo", "{}");
        String session = rig.audited().session().orElseThrow();
        rig.nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        Problem busy = new Problem.Unavailable("busy", Duration.ofSeconds(1), "");
        rig.interpreter.found = Optional.of(Future.failedFuture(new ProblemException(busy)));
        DispatchResult result = rig.run("echo", "{}");
        assertThat(kind(result)).isEqualTo(ErrorKind.TRANSPORT);
        assertThat(result.failure().orElseThrow().problem()).contains(busy);
        assertThat(rig.interpreter.sessions).containsKey(session);
    }

    @Test
    void lookingForASessionEndsWhenNobodyWaits() {
        rig.skill("echo", ECHO).run("echo", "{}");
        String session = rig.audited().session().orElseThrow();
        rig.nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        rig.interpreter.found = Optional.of(Promise.<Session>promise().future());
        rig.interpreter.onFind = () -> rig.cancelled.complete();
        assertThat(kind(rig.run("echo", "{}"))).isEqualTo(ErrorKind.CANCELLED);
        assertThat(rig.interpreter.sessions).containsKey(session);
    }

    @Test
    void anAuditThatFailsAsFuturesDoChangesNothing() {
        rig.auditFailure = new IOException("undeclared");
        assertThat(rig.skill("echo", ECHO).run("echo", "{}").result()).contains("{}");
    }
}
