package dev.weir.feature.interpreter;

import dev.weir.kernel.TenantId;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An interpreter session that a user holds.
 *
 * @param id what it is known by outside: {@code sbx_} and 32 hexadecimal digits, drawn by chance
 * @param owner the user; nobody else uses it, whatever their role
 * @param session the service's id, which is never shown; empty while it is being started
 * @param expiresAt the service ends it then, whatever it does
 */
public record Sandbox(
        String id,
        TenantId tenant,
        String owner,
        String name,
        String environment,
        Optional<String> session,
        Instant createdAt,
        Instant expiresAt) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static String newId() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return "sbx_" + HexFormat.of().formatHex(bytes);
    }
}
