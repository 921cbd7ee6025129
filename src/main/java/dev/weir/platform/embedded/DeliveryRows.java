package dev.weir.platform.embedded;

import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import dev.weir.feature.webhook.Delivery;
import dev.weir.feature.webhook.Delivery.Try;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.Health;
import dev.weir.kernel.TenantId;
import io.vertx.core.buffer.Buffer;
import java.sql.SQLException;

/** How deliveries, tries and endpoints read from rows. */
final class DeliveryRows {
    /** Begins every query for deliveries. */
    static final String SELECT = """
            select d.*, e.skill, e.stage, e.url from delivery d join webhook_endpoint e on e.id = d.endpoint
            """;

    private DeliveryRows() {}

    static Delivery delivery(Row row) throws SQLException {
        StageRef stage = new StageRef(new TenantId(row.text("tenant")), row.text("skill"), row.text("stage"));
        return new Delivery(row.text("id"), new Endpoint(stage, row.text("url"), row.text("secret")),
                row.optionalText("run_id").map(RunId::new), row.text("type"), Buffer.buffer(row.bytes("body")),
                Delivery.State.valueOf(row.text("state")), row.integer("tries"), row.instant("next_at"),
                row.instant("created_at"), row.optionalText("note"));
    }

    static Try attempt(Row row) throws SQLException {
        return new Try(row.integer("n"), row.instant("at"), row.duration("took"), row.text("outcome"));
    }

    static Health health(Row row) throws SQLException {
        return new Health(row.integer("failures"), row.optionalInstant("failing_since"), row.instant("open_until"),
                row.optionalText("disabled"));
    }
}
