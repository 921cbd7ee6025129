package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contract.DeliveryStoreContract;
import dev.weir.feature.webhook.Delivery;
import dev.weir.feature.webhook.DeliveryStore.Leased;
import dev.weir.feature.webhook.DeliveryStore.Room;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.Health;
import dev.weir.feature.webhook.RetryRules.Step;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SqliteDeliveryStoreTest extends SqliteTest implements DeliveryStoreContract {
    /** Names of a query's own tables after {@code SCAN}: all their rows are looked at. */
    private static final String SCAN = "SCAN (d|e|t|w|a|delivery|webhook_endpoint|webhook_turn|delivery_attempt)( .*)?";

    @Override
    public SqliteDeliveryStore deliveries() {
        return new SqliteDeliveryStore(database, WAITING);
    }

    /** But for the two lines, which are walked in order: whoever stands in them is next, or has letters under way. */
    @Test
    void nothingLooksAtAllDeliveriesOrAllEndpoints() {
        for (String query : Stream.concat(DeliveryLine.ALL.stream(), SqliteDeliveryStore.HOT.stream()).toList()) {
            assertThat(plan(query)).as(query)
                    .noneMatch(step -> step.contains("TEMP B-TREE"))
                    .noneMatch(step -> query.contains("receipt is null") && step.contains("(receipt=?)"))
                    .allMatch(step -> !step.matches(SCAN) || step.contains("USING INDEX webhook_turn_line")
                            || step.contains("USING COVERING INDEX webhook_turn_line"));
        }
    }

    @Test
    void endpointsWithoutAnythingToDoStandInNoLine() {
        for (int i = 0; i < 40; i++) {
            add("msg_" + i, place(i));
        }
        for (int round = 0; round < 2; round++) {
            for (Leased each : lease(20)) {
                settle(each, Delivery.State.DELIVERED);
            }
        }
        assertThat(count("webhook_endpoint")).isEqualTo(40);
        assertThat(count("webhook_endpoint where ready = 1 or next_due is not null")).isZero();
        assertThat(count("webhook_turn where ready = 1")).isZero();
        add("msg_more", place(7));
        assertThat(count("webhook_endpoint where next_due is not null")).isEqualTo(1);
        assertThat(lease(9)).hasSize(1);
        assertThat(count("webhook_endpoint where ready = 1 or next_due is not null")).as("it is under way").isZero();
    }

    @Test
    void anEndpointThatWaitsForItsCircuitStandsInNoLine() {
        add("msg_1", place(1));
        add("msg_2", place(1));
        settle(lease(1).getFirst(), Delivery.State.FAILED,
                new Health(9, Optional.of(NOW), NOW.plusSeconds(60), Optional.empty()));
        assertThat(lease(9)).isEmpty();
        assertThat(count("webhook_endpoint where ready = 1")).isZero();
        assertThat(count("webhook_endpoint where next_due = 1772366460000000")).isEqualTo(1);
    }

    @Test
    void endpointsThatFareWellAreForgottenWithTheirLastDelivery() {
        add("msg_1", place(1));
        add("msg_2", place(2));
        add("msg_3", place(3));
        for (Leased each : lease(2)) {
            settle(each, Delivery.State.DELIVERED);
        }
        assertThat(Answers.of(deliveries().forget(NOW.plusSeconds(1), 10))).isEqualTo(2);
        assertThat(count("webhook_endpoint")).as("something waits there").isEqualTo(1);
        settle(lease(1).getFirst(), Delivery.State.FAILED,
                new Health(1, Optional.of(NOW), NOW, Optional.of("gone")));
        assertThat(Answers.of(deliveries().forget(NOW.plusSeconds(1), 10))).isEqualTo(1);
        assertThat(count("webhook_endpoint")).as("it is disabled").isEqualTo(1);
        Answers.of(deliveries().enable(Samples.STAGE, place(3).url()));
        assertThat(count("webhook_endpoint")).isZero();
        assertThat(count("webhook_turn")).isZero();
    }

    private void settle(Leased leased, Delivery.State state) {
        settle(leased, state, Health.GOOD);
    }

    private void settle(Leased leased, Delivery.State state, Health health) {
        Answers.of(deliveries().settle(leased, NOW, Duration.ZERO,
                _ -> new Step(state, NOW, "x", Optional.empty(), health)));
    }

    private List<Leased> lease(int most) {
        return Answers.of(deliveries().lease(new Room(most, 100, 100), NOW, UNTIL));
    }

    private void add(String id, Endpoint endpoint) {
        Answers.of(deliveries().add(new Delivery(id, endpoint, Optional.empty(), "run.failed", Buffer.buffer("{}"),
                Delivery.State.PENDING, 0, NOW, NOW, Optional.empty()), false));
    }

    private static Endpoint place(int n) {
        return new Endpoint(Samples.STAGE, "https://hooks.weir.dev/" + n, "hook-key");
    }

    private int count(String what) {
        return Answers.of(database.read(session -> session.first("select count(*) as n from " + what,
                row -> row.integer("n")))).orElseThrow();
    }

    private List<String> plan(String query) {
        return Answers.of(database.read(session -> new ArrayList<>(
                session.list("explain query plan " + query, row -> row.text("detail")))));
    }
}
