package dev.weir.feature.webhook;

import dev.weir.kernel.StageRef;

/**
 * Where a stage wants to be told.
 *
 * @param url as the tenant wrote it; stage and URL together are what fails, recovers or is disabled
 * @param secret names the signing keys, see {@link SecretNames}
 */
public record Endpoint(StageRef stage, String url, String secret) {
    /** Without the URL: people put tokens into them. */
    @Override
    public String toString() {
        return "Endpoint[" + stage + "]";
    }
}
