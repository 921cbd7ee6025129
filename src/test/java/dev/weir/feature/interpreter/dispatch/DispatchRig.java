package dev.weir.feature.interpreter.dispatch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.feature.interpreter.dispatch.DispatchOrder.Isolation;
import dev.weir.feature.interpreter.pool.InterpreterPool;
import dev.weir.feature.interpreter.pool.PoolKey;
import dev.weir.feature.interpreter.pool.PoolSettings;
import dev.weir.feature.interpreter.tool.ToolCall.FileContent;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A dispatcher over this machine's python3, and what it is given. One skill at a time, from one thread. */
final class DispatchRig implements DispatchEvents {
    static final PoolKey ADA = new PoolKey(new TenantId("acme"), "ada", "default-public");
    static final String ENTRY = "scripts/entrypoint.py";

    final LocalInterpreter interpreter;
    final InterpreterPool pool;
    final SkillDispatcher dispatcher;
    final AtomicLong nanos = new AtomicLong();
    /** How often files of a bundle were asked for. */
    final AtomicInteger opened = new AtomicInteger();
    final List<String> output = new ArrayList<>();
    final List<JsonNode> messages = new ArrayList<>();
    final List<DispatchAudit> audits = new ArrayList<>();
    final Map<String, Bundle> skills = new TreeMap<>();
    final Map<String, String> env = new TreeMap<>();
    Promise<Void> cancelled = Promise.promise();
    /** In the place of {@link #cancelled}, if it is there. */
    Future<?> unwanted;
    Isolation isolation = Isolation.SESSION;
    Runnable onBegin = () -> {};
    Runnable onOutput = () -> {};
    /** Thrown whatever is declared, as futures do that are waited for. */
    Exception auditFailure;
    boolean auditFails;

    DispatchRig(Path root) {
        assumeTrue(hasPython(), "no python3 on this machine's PATH");
        interpreter = new LocalInterpreter(root);
        pool = new InterpreterPool(_ -> interpreter, PoolSettings.DEFAULT, nanos::get, _ -> {});
        dispatcher = new SkillDispatcher(pool, nanos::get);
    }

    private static boolean hasPython() {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(each -> Files.isExecutable(
                Path.of(each, "python3")));
    }

    /** Makes what is kept of a dispatch as new; warm sessions stay. */
    DispatchRig fresh() {
        interpreter.faults = _ -> Optional.empty();
        interpreter.shown = answer -> answer;
        interpreter.calls.clear();
        output.clear();
        messages.clear();
        audits.clear();
        skills.clear();
        env.clear();
        cancelled = Promise.promise();
        unwanted = null;
        isolation = Isolation.SESSION;
        onBegin = () -> {};
        auditFails = false;
        opened.set(0);
        interpreter.found = Optional.empty();
        interpreter.onFind = () -> {};
        onOutput = () -> {};
        auditFailure = null;
        return this;
    }

    /** A skill whose only file is its entry point. */
    DispatchRig skill(String slug, String code) {
        return skill(slug, ENTRY, Map.of(ENTRY, code));
    }

    DispatchRig skill(String slug, String entry, Map<String, String> files) {
        return skill(slug, entry, files, Duration.ofSeconds(30));
    }

    DispatchRig skill(String slug, String entry, Map<String, String> files, Duration timeout) {
        List<FileContent> contents = files.entrySet().stream()
                .map(file -> new FileContent(file.getKey(), Buffer.buffer(file.getValue()))).toList();
        skills.put(slug,
                Bundle.of(Template.sha256(entry + new TreeMap<>(files)), files.keySet(), entry, timeout, () -> {
                    opened.incrementAndGet();
                    return Stream.of(contents);
                }));
        return this;
    }

    DispatchResult run(String slug, String args) {
        return run(slug, args, Counters.root());
    }

    DispatchResult run(String slug, String args, Counters counters) {
        return dispatcher.dispatch(new DispatchOrder(ADA, slug, args, isolation,
                (_, name) -> Optional.ofNullable(skills.get(name)), unwanted == null ? cancelled.future() : unwanted),
                counters, this);
    }

    @Override
    public Map<String, String> begin(String session) {
        onBegin.run();
        return Map.copyOf(env);
    }

    @Override
    public void output(String stream, String text) {
        output.add(stream + ":" + text);
        onOutput.run();
    }

    @Override
    public void message(JsonNode value) {
        messages.add(value);
    }

    @Override
    public void audit(DispatchAudit audit) {
        audits.add(audit);
        if (auditFailure != null) {
            Future.failedFuture(auditFailure).await();
        }
        if (auditFails) {
            throw new IllegalStateException("the audit's store is away");
        }
    }

    DispatchAudit audited() {
        return audits.getLast();
    }

    /** Files that dispatches have left in sessions, but for installed bundles. */
    List<String> left() throws IOException {
        return interpreter.files().stream().filter(name -> !name.equals("_skills")).toList();
    }

    void close() throws Exception {
        pool.close().await(10, TimeUnit.SECONDS);
    }
}
