package dev.weir.feature.access;

import dev.weir.kernel.Ids;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Issues and revokes the API keys of a tenant. A key is shown once, when it is made. */
public final class ApiKeys {
    /** Who invokes the runs that a schedule starts. */
    public static final String RESERVED = "schedule";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ApiKeyStore store;
    private final InstantSource clock;

    public ApiKeys(ApiKeyStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** A key and, this once, the secret itself. */
    public record Issued(ApiKey key, Redacted secret) {}

    /** Makes a key for {@code user} in the permit's tenant; durable when the future completes. */
    public Future<Issued> issue(Permit owner, String user, Role role) {
        return issue(owner.tenant(), user, role);
    }

    /** The first key of a tenant that nobody can hold a permit for yet: for the composition root. */
    public Future<Issued> issue(TenantId tenant, String user, Role role) {
        Redacted secret = new Redacted("wk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random(32)));
        ApiKey key = new ApiKey("key_" + HexFormat.of().formatHex(random(8)), tenant, own(user), role,
                Access.hash(secret), clock.instant());
        return store.add(key).map(_ -> new Issued(key, secret));
    }

    /** Runs that a schedule starts are invoked by that name: nobody may go by it, or they would be theirs. */
    private static String own(String user) {
        if (user.equals(RESERVED)) {
            throw new ProblemException(Problem.Invalid.of("/user", "is a name that Weir itself goes by"));
        }
        return Ids.require(user, "/user");
    }

    public Future<List<ApiKey>> list(Permit owner) {
        return store.list(owner.tenant());
    }

    /** Fails with {@code NotFound} if the tenant has no such key. */
    public Future<Void> revoke(Permit owner, String id) {
        return store.revoke(owner.tenant(), id).map(revoked -> {
            if (!revoked) {
                throw new ProblemException(new Problem.NotFound("API key", id));
            }
            return null;
        });
    }

    private static byte[] random(int bytes) {
        byte[] value = new byte[bytes];
        RANDOM.nextBytes(value);
        return value;
    }
}
