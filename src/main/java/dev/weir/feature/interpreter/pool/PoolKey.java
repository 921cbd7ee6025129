package dev.weir.feature.interpreter.pool;

import dev.weir.kernel.TenantId;
import java.util.Objects;

/**
 * Whose sessions these are: what one key has left in a session no other key ever sees. There is none without all three parts.
 *
 * @param user 1 to 256 characters, not blank
 * @param environment what callers name an interpreter by; 1 to 256 characters, not blank
 */
public record PoolKey(TenantId tenant, String user, String environment) {
    private static final int MAX_LENGTH = 256;

    public PoolKey {
        Objects.requireNonNull(tenant, "tenant");
        require(user, "user");
        require(environment, "environment");
    }

    private static void require(String part, String name) {
        Objects.requireNonNull(part, name);
        if (part.isBlank() || part.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a session's " + name + " must have 1 to " + MAX_LENGTH
                    + " characters and not be blank");
        }
    }
}
