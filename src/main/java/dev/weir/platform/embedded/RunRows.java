package dev.weir.platform.embedded;

import dev.weir.feature.run.Outcome;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunError;
import dev.weir.feature.run.RunKind;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.RunQueue.Place;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import dev.weir.wire.env.StrippedName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Rows of {@code run} as runs. */
final class RunRows {
    private RunRows() {}

    static Run run(Row row) throws SQLException {
        RunStatus status = RunStatus.byName(row.text("status")).orElseThrow();
        return new Run(id(row), order(row), status, row.integer("attempt"), claim(row),
                row.optionalText("cancelled_by"),
                row.optionalInstant("started_at"), stripped(row.text("stripped_env")),
                status.isTerminal() ? Optional.of(outcome(row, status)) : Optional.empty());
    }

    static RunId id(Row row) throws SQLException {
        return new RunId(row.text("id"));
    }

    static RunStore.Unattended unattended(Row row) throws SQLException {
        return new RunStore.Unattended(id(row), new Place(row.text("tenant"), Line.valueOf(row.text("line"))));
    }

    static String json(List<StrippedName> stripped) {
        JsonArray array = new JsonArray();
        stripped.forEach(each -> array.add(new JsonObject().put("name", each.name()).put("rule", each.rule())));
        return array.encode();
    }

    private static List<StrippedName> stripped(String json) {
        return new JsonArray(json).stream().map(JsonObject.class::cast)
                .map(each -> new StrippedName(each.getString("name"), each.getString("rule"))).toList();
    }

    private static RunOrder order(Row row) throws SQLException {
        StageRef stage = new StageRef(new TenantId(row.text("tenant")), row.text("skill"), row.text("stage"));
        return new RunOrder(RunKind.valueOf(row.text("kind")), stage, row.text("version"), row.text("source"),
                row.text("invoked_by"), row.text("input"),
                row.duration("timeout"), row.integer("max_attempts"), Line.valueOf(row.text("line")),
                row.instant("created_at"));
    }

    private static Run.Claim claim(Row row) throws SQLException {
        return new Run.Claim(row.number("fence"), row.instant("lease_until"), row.optionalText("micro_vm"),
                row.optionalInstant("bound_at"));
    }

    private static Outcome outcome(Row row, RunStatus status) throws SQLException {
        String message = row.text("error_message");
        Optional<RunError> error = row.optionalText("error_kind").map(kind -> new RunError(kind, message));
        return new Outcome(status, row.optionalText("output"), error,
                EventId.parse(row.text("last_event")).orElseThrow(), row.instant("finished_at"),
                row.duration("billable"));
    }
}
