package dev.weir.feature.access;

import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import java.time.Instant;

/**
 * A credential of one principal, without the credential itself.
 *
 * @param hash SHA-256 of the key in hexadecimal: keys hold 256 random bits, so a plain hash is enough
 */
public record ApiKey(String id, TenantId tenant, String user, Role role, String hash, Instant createdAt) {}
