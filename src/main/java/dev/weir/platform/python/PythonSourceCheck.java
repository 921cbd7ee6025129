package dev.weir.platform.python;

import dev.weir.feature.skill.Finding;
import dev.weir.feature.skill.HandlerShape;
import dev.weir.feature.skill.SourceCheck;
import dev.weir.feature.skill.SourceReport;
import dev.weir.platform.python.ScanRule.Severity;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has CPython parse a package, in a bounded child process, with the interpreter that will run it. */
public final class PythonSourceCheck implements SourceCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PythonSourceCheck.class);

    private final ScanPolicy policy;
    private final ScanLimits limits;
    private final Executor blocking;
    private final ScanProcess process;
    private final Semaphore turns;

    /**
     * A check by an interpreter.
     *
     * @param python the interpreter, best as an absolute path; CPython 3.8 or newer, the one that runs the skills
     * @param scratch a folder of our own on this machine's disk, made if absent
     * @param blocking runs the scans: not an event loop
     */
    public PythonSourceCheck(String python, Path scratch, ScanPolicy policy, ScanLimits limits, Executor blocking) {
        this.policy = policy;
        this.limits = limits;
        this.blocking = blocking;
        process = new ScanProcess(python, limits, scratch);
        turns = new Semaphore(limits.concurrent(), true);
    }

    @Override
    public Future<SourceReport> inspect(Path directory, String handler) {
        Promise<SourceReport> promise = Promise.promise();
        try {
            blocking.execute(() -> {
                SourceReport report = incomplete("the source could not be read; upload it again");
                try {
                    report = inTurn(directory, handler);
                } finally {
                    promise.complete(report); // after an Error, too: no upload stays undecided
                }
            });
        } catch (RejectedExecutionException stopping) {
            promise.complete(incomplete("the source could not be read now; upload it again"));
        }
        return promise.future();
    }

    private SourceReport inTurn(Path directory, String handler) {
        try {
            if (!turns.tryAcquire(limits.wall().toMillis(), TimeUnit.MILLISECONDS)) {
                return incomplete("too many packages are being read; upload it again");
            }
            try {
                return process.run(directory, handler, policy.off()).map(this::read)
                        .orElseGet(() -> incomplete("reading the source took too much time or memory"));
            } finally {
                turns.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return incomplete("the source could not be read now; upload it again");
        } catch (ScanProcess.NoPython e) {
            LOG.warn("there is no Python interpreter to read packages with; every upload is refused");
            return SourceReport.refusal(ScanRule.NO_PYTHON.id(),
                    "there is no Python interpreter here to read the source with; the operator must install one");
        } catch (IOException | RuntimeException e) {
            LOG.warn("a package's source could not be read: {}", e.getClass().getSimpleName());
            return incomplete("the source could not be read; upload it again");
        }
    }

    private SourceReport read(String text) {
        try {
            JsonObject report = new JsonObject(text);
            List<Finding> findings = new ArrayList<>();
            for (Object each : report.getJsonArray("findings")) {
                finding((JsonObject) each).ifPresent(findings::add);
            }
            return new SourceReport(findings, Optional.ofNullable(report.getJsonObject("handler")).map(this::shape));
        } catch (DecodeException | ClassCastException | NullPointerException | IllegalArgumentException e) {
            return incomplete("the source could not be read completely");
        }
    }

    private Optional<Finding> finding(JsonObject json) {
        ScanRule rule = ScanRule.of(json.getString("rule")).orElse(ScanRule.INCOMPLETE);
        return switch (policy.severity(rule)) {
            case OFF -> Optional.empty();
            case Severity severity -> Optional.of(new Finding(rule.id(),
                    severity == Severity.BLOCK ? "error" : "warning", json.getString("file"), json.getInteger("line"),
                    json.getString("message")));
        };
    }

    private HandlerShape shape(JsonObject json) {
        return new HandlerShape(HandlerShape.Kind.valueOf(json.getString("kind").toUpperCase(Locale.ROOT)),
                json.getInteger("line"), json.getInteger("parameters"), Optional.ofNullable(json.getString("doc")),
                Optional.ofNullable(json.getJsonObject("input")).map(JsonObject::encode),
                Optional.ofNullable(json.getJsonObject("output")).map(JsonObject::encode));
    }

    private static SourceReport incomplete(String message) {
        return SourceReport.refusal(ScanRule.INCOMPLETE.id(), message);
    }
}
