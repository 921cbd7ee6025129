package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.run.Outcome;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunOrder;
import dev.weir.wire.env.StrippedName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Runs as clients see them. */
final class RunDocument {
    private RunDocument() {}

    static ObjectNode of(Run run) {
        ObjectNode document = summary(run);
        Json.putRaw(document, "input", Optional.of(run.order().input()));
        Json.putRaw(document, "output", run.outcome().flatMap(Outcome::output));
        document.set("stripped_env", stripped(run.strippedEnv()));
        return document;
    }

    static ArrayNode stripped(List<StrippedName> names) {
        ArrayNode stripped = JsonNodeFactory.instance.arrayNode();
        names.forEach(each -> stripped.addObject().put("name", each.name()).put("rule", each.rule()));
        return stripped;
    }

    /** For listings: without input and output, which may be as large as a request. */
    static ObjectNode summary(Run run) {
        RunOrder order = run.order();
        ObjectNode document = Json.object()
                .put("run_id", run.id().value())
                .put("skill", order.stage().skill())
                .put("stage", order.stage().stage())
                .put("version", order.version())
                .put("source", order.source())
                .put("invoked_by", order.invokedBy())
                .put("status", run.status().wireName())
                .put("attempt", run.attempt())
                .put("created_at", order.createdAt().toString())
                .put("started_at", run.startedAt().map(Instant::toString).orElse(null))
                .put("finished_at", run.outcome().map(outcome -> outcome.finishedAt().toString()).orElse(null))
                .put("billable_ms", run.outcome().map(outcome -> outcome.billable().toMillis()).orElse(null))
                .put("last_event_id", run.outcome().map(outcome -> outcome.eventId().toString()).orElse(null));
        run.outcome()
                .flatMap(Outcome::error)
                .ifPresentOrElse(
                        error -> document.putObject("error").put("kind", error.kind()).put("message", error.message()),
                        () -> document.putNull("error"));
        return document;
    }
}
