package dev.weir.feature.access;

import dev.weir.kernel.Ids;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;

/** An owner's desk for grants. A change counts from the next request on. */
public final class Grants {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final GrantStore store;
    private final InstantSource clock;

    public Grants(GrantStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Lets {@code user} invoke {@code allowedSkills} and use {@code allowedAgents}; fails with {@code Invalid} if an element is neither an
     * id nor the wildcard.
     */
    public Future<Grant> give(Permit owner, String user, List<String> allowedSkills, List<String> allowedAgents) {
        check(allowedSkills, "/allowed_skills/");
        check(allowedAgents, "/allowed_agents/");
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        Grant grant = new Grant("grant_" + HexFormat.of().formatHex(random), owner.tenant(),
                Ids.require(user, "/user"), allowedSkills, allowedAgents, clock.instant());
        return store.add(grant).map(grant);
    }

    private static void check(List<String> allowed, String pointer) {
        for (int i = 0; i < allowed.size(); i++) {
            if (!allowed.get(i).equals(Grant.WILDCARD)) {
                Ids.require(allowed.get(i), pointer + i);
            }
        }
    }

    public Future<List<Grant>> list(Permit owner) {
        return store.list(owner.tenant());
    }

    /** Fails with {@code NotFound}. */
    public Future<Grant> find(Permit owner, String id) {
        return store.find(owner.tenant(), id).map(found -> found.orElseThrow(() -> absent(id)));
    }

    /** Fails with {@code NotFound} if the tenant has no such grant. */
    public Future<Void> revoke(Permit owner, String id) {
        return store.revoke(owner.tenant(), id).map(revoked -> {
            if (!revoked) {
                throw absent(id);
            }
            return null;
        });
    }

    private static ProblemException absent(String id) {
        return new ProblemException(new Problem.NotFound("grant", id));
    }
}
