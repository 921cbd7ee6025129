package dev.weir.feature.secret;

import dev.weir.feature.access.Permit;
import dev.weir.kernel.Ids;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** An owner's desk for secrets. Values go in; what comes out is who uses them. */
public final class Secrets {
    /** Of a value, in UTF-8: half of what one variable of a Linux process may hold. */
    public static final int MAX_VALUE_BYTES = 64 * 1024;

    private final SecretStore store;
    private final Holders holders;
    private final InstantSource clock;

    public Secrets(SecretStore store, Holders holders, InstantSource clock) {
        this.store = store;
        this.holders = holders;
        this.clock = clock;
    }

    /** Which stages hold which secrets: the catalog knows. */
    @FunctionalInterface
    public interface Holders {
        /** For each secret id that any stage of the tenant holds, those stages in order. */
        Future<Map<String, List<Holder>>> of(TenantId tenant);
    }

    /** A stage that holds a secret. */
    public record Holder(String skill, String stage) {
        @Override
        public String toString() {
            return skill + "/" + stage;
        }
    }

    /** A secret and the stages that hold it. */
    public record Described(Secret secret, List<Holder> holders) {
        public Described {
            holders = List.copyOf(holders);
        }
    }

    /** Stores a new secret; fails with {@code Conflict} if there is one of that id, {@code Invalid} or {@code TooLarge} for its value. */
    public Future<Described> create(Permit owner, String id, Redacted value) {
        return store.create(entry(owner, Ids.require(id, "/secret_id"), value)).compose(made -> describe(owner,
                made.orElseThrow(() -> new ProblemException(new Problem.Conflict("there is a secret of this id")))));
    }

    /** Stores a value, as a new secret or the next version; runs that begin after that get it. */
    public Future<Described> put(Permit owner, String id, Redacted value) {
        return store.put(entry(owner, id, value)).compose(secret -> describe(owner, secret));
    }

    /** By id. */
    public Future<List<Described>> list(Permit owner) {
        return store.list(owner.tenant()).compose(secrets -> holders.of(owner.tenant()).map(held -> secrets.stream()
                .map(secret -> new Described(secret, held.getOrDefault(secret.id(), List.of()))).toList()));
    }

    /** Fails with {@code NotFound}. */
    public Future<Described> find(Permit owner, String id) {
        return store.find(owner.tenant(), id)
                .compose(found -> describe(owner, found.orElseThrow(() -> absent(id))));
    }

    /** Fails with {@code NotFound}, or {@code InUse} with the stages that hold it. */
    public Future<Void> delete(Permit owner, String id) {
        return find(owner, id).compose(described -> {
            if (!described.holders().isEmpty()) {
                throw inUse(described.holders());
            }
            return store.delete(owner.tenant(), id);
        }).compose(deleted -> deleted
                ? Future.succeededFuture()
                : find(owner, id).map(now -> {
                    throw inUse(now.holders()); // held since we looked
                }));
    }

    private SecretStore.Entry entry(Permit owner, String id, Redacted value) {
        String text = value.reveal();
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw new ProblemException(Problem.Invalid.of("/value", "must not be empty or hold a NUL"));
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_VALUE_BYTES) {
            throw new ProblemException(new Problem.TooLarge("the value", MAX_VALUE_BYTES));
        }
        return new SecretStore.Entry(owner.tenant(), id, value, owner.caller().user(), clock.instant());
    }

    private Future<Described> describe(Permit owner, Secret secret) {
        return holders.of(owner.tenant())
                .map(held -> new Described(secret, held.getOrDefault(secret.id(), List.of())));
    }

    private static ProblemException inUse(List<Holder> holders) {
        return new ProblemException(
                new Problem.InUse("the secret", holders.stream().map(Holder::toString).toList()));
    }

    private static ProblemException absent(String id) {
        return new ProblemException(new Problem.NotFound("secret", id));
    }
}
