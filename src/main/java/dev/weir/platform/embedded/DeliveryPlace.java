package dev.weir.platform.embedded;

import dev.weir.feature.webhook.Health;
import java.sql.SQLException;

/** An endpoint as a row. */
record DeliveryPlace(long id, Health health) {
    private static final String BY_ID = "select * from webhook_endpoint where id = ?";

    static DeliveryPlace read(Row row) throws SQLException {
        return new DeliveryPlace(row.number("id"), DeliveryRows.health(row));
    }

    static DeliveryPlace of(Session session, long id) throws SQLException {
        return session.first(BY_ID, DeliveryPlace::read, id).orElseThrow();
    }
}
