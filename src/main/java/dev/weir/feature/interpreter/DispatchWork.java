package dev.weir.feature.interpreter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.feature.access.ApiKeys;
import dev.weir.feature.interpreter.LocalExecution.Course;
import dev.weir.feature.interpreter.LocalExecution.Ended;
import dev.weir.feature.interpreter.LocalExecution.Work;
import dev.weir.feature.interpreter.dispatch.Bundles;
import dev.weir.feature.interpreter.dispatch.Counters;
import dev.weir.feature.interpreter.dispatch.DispatchAudit;
import dev.weir.feature.interpreter.dispatch.DispatchAudits;
import dev.weir.feature.interpreter.dispatch.DispatchEvents;
import dev.weir.feature.interpreter.dispatch.DispatchOrder;
import dev.weir.feature.interpreter.dispatch.DispatchOrder.Isolation;
import dev.weir.feature.interpreter.dispatch.DispatchResult;
import dev.weir.feature.interpreter.dispatch.SkillDispatcher;
import dev.weir.feature.interpreter.pool.PoolKey;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunKind;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.skill.InputCheck;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import dev.weir.wire.runner.RunnerFrame.TimedOut;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** A skill's handler in a pooled session. */
final class DispatchWork implements Work {
    private final Run run;
    private final String environment;
    private final Bundles bundles;
    private final SkillDispatcher dispatcher;
    private final DispatchAudits audits;

    DispatchWork(Run run, String environment, Bundles bundles, SkillDispatcher dispatcher, DispatchAudits audits) {
        this.run = run;
        this.environment = environment;
        this.bundles = bundles;
        this.dispatcher = dispatcher;
        this.audits = audits;
    }

    @Override
    public Event execute(Course course) throws Ended {
        RunOrder order = run.order();
        PoolKey key = new PoolKey(order.stage().tenant(), user(order), environment);
        Told told = new Told(course);
        DispatchResult result = dispatcher.dispatch(new DispatchOrder(key, order.stage().skill(), order.input(),
                isolation(order), bundles, course.unwanted()), Counters.root(), told);
        if (result.failure().isEmpty()) {
            return new Succeeded(InputCheck.read(result.result().orElseThrow()));
        }
        DispatchResult.Failure failure = result.failure().get();
        if (!told.begun && failure.problem().filter(DispatchWork::mayPass).isPresent()) {
            throw new ProblemException(failure.problem().get());
        }
        return event(failure);
    }

    /** What no user started shares nothing with what another stage starts by itself: they may have other secrets. */
    private static String user(RunOrder order) {
        return order.invokedBy().equals(ApiKeys.RESERVED)
                ? order.invokedBy() + "/" + order.stage().skill() + "/" + order.stage().stage()
                : order.invokedBy();
    }

    private static Isolation isolation(RunOrder order) {
        return order.kind() == RunKind.DISPATCH_APART ? Isolation.PROCESS : Isolation.SESSION;
    }

    private static boolean mayPass(Problem problem) {
        return problem instanceof Problem.Unavailable || problem instanceof Problem.UpstreamTimeout;
    }

    private static Event event(DispatchResult.Failure failure) throws Ended {
        String message = failure.kind().label() + ": " + failure.message();
        return switch (failure.kind()) {
            case TIMEOUT -> new TimedOut();
            case CANCELLED -> throw new Ended();
            case OUTPUT -> new Failed("output_invalid", message);
            case EXECUTION -> new Failed("handler_error", message);
            case NOT_FOUND, DEPTH, BUDGET, TRANSPORT -> new Failed("runtime_error", message);
        };
    }

    private final class Told implements DispatchEvents {
        private final Course course;
        private boolean begun;

        Told(Course course) {
            this.course = course;
        }

        @Override
        public Map<String, String> begin(String session) {
            begun = true;
            try {
                return course.bind(Boot.of(true, environment, session)).env();
            } catch (Ended ended) {
                throw cancelled(ended);
            }
        }

        @Override
        public void output(String stream, String text) {
            try {
                course.output(stream, text);
            } catch (Ended ended) {
                throw cancelled(ended);
            }
        }

        @Override
        public void message(JsonNode value) {
            try {
                course.message(value);
            } catch (Ended ended) {
                throw cancelled(ended);
            }
        }

        @Override
        public void audit(DispatchAudit audit) {
            audits.add(run.id().value(), audit).await();
        }

        private CancellationException cancelled(Ended ended) {
            CancellationException cancelled = new CancellationException("the run is not wanted any more");
            cancelled.initCause(ended);
            return cancelled;
        }
    }
}
